//! An environment that is an ECS service behind a production and a test listener.

use super::account::REGION;
use super::context::RunContext;
use crate::containers::Listener;
use crate::engine::EcsService;
use crate::process::RUN_MARKER;

/// The emulator's account.
const ACCOUNT: &str = "123456789012";

/// The repository of the shop's images.
pub(super) const IMAGE_REPOSITORY: &str = "storefront";

/// The role that ECS starts the shop's tasks with.
pub(super) const EXECUTION_ROLE: &str = "storefront-task-execution";

/// Makes the service of an environment. Nothing runs in it yet; what its tasks share is their database.
pub(super) async fn create(environment: &str, context: &RunContext) -> std::io::Result<EcsService> {
    let data = context.folder().join(format!("services/{environment}"));
    std::fs::create_dir_all(&data)?;
    let database = format!("sqlite://{}", data.join("shop.db").display());
    let listener = |id: &str| {
        let load_balancer = format!("app/storefront-{environment}/50dc6c495c0c9188");
        format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/{load_balancer}/{id}")
    };
    Ok(EcsService {
        cluster: environment.to_owned(),
        service: "storefront".to_owned(),
        production: Listener::start().await?,
        test: Listener::start().await?,
        production_listener_arn: listener("f2f7dc8efc522ab2"),
        test_listener_arn: listener("0467ef3c8400ae65"),
        target_groups: ["blue", "green"].map(|colour| format!("storefront-{environment}-{colour}")),
        task_environment: [("DATABASE_URL".to_owned(), database), (RUN_MARKER.to_owned(), context.id().to_owned())]
            .into(),
    })
}

/// The template's parameters that name the service, without the environment's name in front.
pub(super) fn parameters(service: &EcsService) -> [(&'static str, String); 7] {
    [
        ("Cluster", service.cluster.clone()),
        ("Service", service.service.clone()),
        ("TargetGroups", service.target_groups.join(",")),
        ("ListenerArn", service.production_listener_arn.clone()),
        ("TestListenerArn", service.test_listener_arn.clone()),
        ("TestUrl", service.test.url()),
        ("TaskExecutionRoleArn", format!("arn:aws:iam::{ACCOUNT}:role/{EXECUTION_ROLE}")),
    ]
}

/// Parameters of the template that both environments on ECS share.
pub(super) fn shared_parameters() -> [(&'static str, String); 2] {
    [
        // A deployment lasts until the old version has ended, and the next one waits for it.
        ("BlueTerminationWaitMinutes", "1".to_owned()),
        ("ImageRepositoryUri", format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{IMAGE_REPOSITORY}")),
    ]
}
