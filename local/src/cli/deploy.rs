//! `launchway deploy`.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use super::arguments::DeployArguments;
use super::system::{clean_up, end, interrupted};
use crate::console::Console;
use crate::emulator::client::StackResource;
use crate::engine::Clock;
use crate::project::Project;
use crate::run::{
    Account, AccountSettings, DeployedStack, RunContext, RunError, counted, incomplete, outermost, registered,
};
use crate::sam;

/// No Slack: nothing is delivered here, so nobody is told anything.
const NO_SLACK: &str = "http://127.0.0.1:9";

/// Deploys each configuration to an account of its own; an error when one cannot be deployed.
pub(super) async fn deploy(root: &Path, arguments: DeployArguments, console: &Console) -> Result<bool, Box<dyn Error>> {
    let project = Project::open(root)?;
    clean_up(&project, console).await?;
    let context = RunContext::create(&project)?;
    let ended = tokio::select! {
        ended = deploy_each(&project, &context, &arguments, console) => Some(ended),
        name = interrupted() => {
            console.idle();
            console.note(format_args!("{name}: ending what was started"));
            None
        }
    };
    end(&context, console).await;
    match ended {
        Some(ended) => ended.map(|()| true).map_err(Into::into),
        None => Ok(false),
    }
}

async fn deploy_each(
    project: &Project,
    context: &RunContext,
    arguments: &DeployArguments,
    console: &Console,
) -> Result<(), RunError> {
    let samconfig = std::fs::read_to_string(project.samconfig()).map_err(RunError::Files)?;
    let known = configurations(&samconfig);
    if let Some(name) = arguments.configurations.iter().find(|name| !known.contains(name)) {
        return Err(RunError::NoConfiguration { name: name.clone(), known });
    }
    let step = console.step("Build the functions with sam build (the first time takes minutes)");
    let template = arguments.template.clone().unwrap_or_else(|| project.template());
    let built = sam::build(project, context, &template, console).await?;
    step.done();
    for configuration in &arguments.configurations {
        let step = console.step(format!("Deploy the configuration {configuration} to an empty account"));
        let context = context.part(configuration).map_err(RunError::Files)?;
        let account = open_empty(project, &context, Clock::default()).await?;
        sam::deploy(project, &context, account.emulator(), &built, configuration, &arguments.more).await?;
        let stacks = outermost(&account).await?;
        let problems = incomplete(project, &account, stacks.values().flatten()).await?;
        let alone = registered(context.folder()).map_err(RunError::Files)?;
        account.close().await;
        if !problems.is_empty() {
            return Err(RunError::Incomplete { configuration: configuration.clone(), problems });
        }
        step.done();
        let alone = |resource: &StackResource| alone.contains(&(resource.kind.clone(), resource.physical_id.clone()));
        for (stack, resources) in stacks {
            console.print(summary(&stack, &resources, alone, arguments.resources));
        }
    }
    Ok(())
}

/// The names of the configurations with parameters of `sam deploy`.
fn configurations(samconfig: &str) -> Vec<String> {
    let table = |line: &str| {
        let name = line.trim().strip_prefix('[')?.strip_suffix(".deploy.parameters]")?;
        Some(name.trim_matches('"').to_owned())
    };
    samconfig.lines().filter_map(table).collect()
}

/// Starts an account in which nothing is.
pub(super) async fn open_empty(project: &Project, context: &RunContext, clock: Clock) -> Result<Account, RunError> {
    let settings = AccountSettings { clock, instances: Vec::new(), services: Vec::new(), slack_api_url: NO_SLACK };
    Account::open(project, context, settings).await
}

/// What a stack consists of; `alone` tells what is registered and not emulated.
fn summary(name: &str, stacks: &[DeployedStack], alone: impl Fn(&StackResource) -> bool, each: bool) -> String {
    let resources = || stacks.iter().flat_map(|stack| &stack.resources);
    let registered: Vec<&StackResource> = resources().filter(|resource| alone(resource)).collect();
    let (count, nested) = (resources().count(), stacks.len() - 1);
    let mut text = format!("  {name}: {count} resources, {nested} of them nested stacks\n");
    let _ = writeln!(text, "    {} are emulated", count - registered.len());
    let kinds: Vec<String> = counted(registered).iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    if !kinds.is_empty() {
        let _ = writeln!(text, "    the others are registered, their properties validated: {}", kinds.join(", "));
    }
    for stack in stacks.iter().filter(|_| each) {
        for resource in &stack.resources {
            let how = if alone(resource) { "registered" } else { "emulated" };
            let place = format!("{}{}", stack.place, resource.logical_id);
            let _ = writeln!(text, "    {place:<60} {how:<10} {:<45} {}", resource.kind, resource.physical_id);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(place: &str, kind: &str) -> DeployedStack {
        let text = |text: &str| text.to_owned();
        let resource =
            StackResource { logical_id: text("A"), kind: text(kind), physical_id: text("a-1"), status: text("") };
        DeployedStack { place: text(place), id: text("shop"), resources: vec![resource] }
    }

    #[test]
    fn configurations_are_those_that_can_be_deployed() {
        let text = "version = 0.1\n[default.build.parameters]\n[default.deploy.parameters]\na = 1\n [\"pre-1\".deploy.parameters]\n";
        assert_eq!(configurations(text), ["default", "pre-1"]);
        assert!(configurations("# [x.deploy.parameters]\n[x.deploy]").is_empty());
    }

    #[test]
    fn what_is_registered_alone_is_named() {
        let stacks = [stack("", "AWS::CloudFormation::Stack"), stack("A/", "AWS::EC2::EIP")];
        let text = summary("shop", &stacks, |resource| resource.kind == "AWS::EC2::EIP", false);
        assert!(text.contains("shop: 2 resources, 1 of them nested stacks\n    1 are emulated"), "{text}");
        assert!(text.ends_with("validated: 1 AWS::EC2::EIP\n"), "{text}");
        let text = summary("shop", &stacks, |_| false, true);
        assert!(text.contains("    2 are emulated\n") && !text.contains("registered"), "{text}");
        assert!(text.contains("    A/A ") && text.contains(" a-1\n"), "{text}");
    }
}
