//! What builds and deploys: projects of CodeBuild, applications and deployment groups of CodeDeploy.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Asked;
use super::names::name_of;
use super::route::Outcome;
use crate::build::Project;
use crate::deploy::{AnyGroup, Application, BlueGreenGroup, ComputePlatform, DeploymentGroup, group_id};
use crate::engine::context::Context;

/// The projects, applications and groups of every stack.
#[derive(Debug, Default)]
pub(in crate::engine) struct Deployments {
    pub(in crate::engine) projects: BTreeMap<String, BuildProject>,
    applications: BTreeMap<String, KnownApplication>,
    /// By application and group.
    pub(in crate::engine) groups: BTreeMap<(String, String), AnyGroup>,
    /// Application and group -> the deployment that runs there.
    pub(in crate::engine) running: BTreeMap<(String, String), String>,
}

/// An application since its making.
#[derive(Debug)]
pub(in crate::engine) struct KnownApplication {
    pub(in crate::engine) platform: ComputePlatform,
    pub(in crate::engine) created: Timestamp,
}

impl Deployments {
    pub(in crate::engine) fn application(&self, name: &str) -> Option<&KnownApplication> {
        self.applications.get(name)
    }
}

/// A project and how often it was built.
#[derive(Debug, Clone)]
pub(in crate::engine) struct BuildProject {
    pub(in crate::engine) project: Project,
    pub(in crate::engine) builds: u64,
}

/// Creates a resource, or changes `existing`.
pub(super) fn put(context: &Arc<Context>, asked: &Asked, existing: Option<&str>) -> Outcome {
    let (name, attributes) = match asked.kind.as_str() {
        "AWS::CodeBuild::Project" => put_project(context, asked)?,
        "AWS::CodeDeploy::Application" => put_application(context, asked)?,
        "AWS::CodeDeploy::DeploymentGroup" => put_group(context, asked)?,
        _ => return Err("the local system does not know this type of resource".to_owned()),
    };
    if let Some(old) = existing.filter(|old| *old != name) {
        remove(context, asked, old)?;
    }
    Ok((name, attributes))
}

pub(super) fn remove(context: &Arc<Context>, asked: &Asked, name: &str) -> Outcome {
    let deployments = &mut context.state().deployments;
    match asked.kind.as_str() {
        "AWS::CodeBuild::Project" => drop(deployments.projects.remove(name)),
        "AWS::CodeDeploy::Application" => drop(deployments.applications.remove(name)),
        "AWS::CodeDeploy::DeploymentGroup" => {
            // A group's name is unique in its application only.
            let of = asked.properties["ApplicationName"].as_str();
            deployments.groups.retain(|(application, group), _| {
                group != name || of.is_some_and(|wanted| application.as_str() != wanted)
            });
        }
        _ => return Err("the local system does not know this type of resource".to_owned()),
    }
    Ok((name.to_owned(), json!({})))
}

fn put_project(context: &Context, asked: &Asked) -> Outcome {
    let project = Project::from_properties(&asked.properties).map_err(|error| error.to_string())?;
    let name = name_of(asked, "Name")?;
    let arn = format!("arn:aws:codebuild:{}:{}:project/{name}", asked.region, asked.account);
    let projects = &mut context.state().deployments.projects;
    let builds = projects.get(&name).map_or(0, |known| known.builds);
    projects.insert(name.clone(), BuildProject { project, builds });
    Ok((name, json!({ "Arn": arn })))
}

fn put_application(context: &Context, asked: &Asked) -> Outcome {
    let application = Application::from_properties(&asked.properties).map_err(|error| error.to_string())?;
    let name = name_of(asked, "ApplicationName")?;
    let applications = &mut context.state().deployments.applications;
    let created = applications.get(&name).map_or_else(Timestamp::now, |known| known.created);
    applications.insert(name.clone(), KnownApplication { platform: application.platform, created });
    Ok((name, Value::Object(serde_json::Map::new())))
}

fn put_group(context: &Context, asked: &Asked) -> Outcome {
    let deployments = &mut context.state().deployments;
    let application = asked.properties["ApplicationName"].as_str().unwrap_or_default();
    let platform = deployments.applications.get(application).map(|known| known.platform);
    let name = name_of(asked, "DeploymentGroupName")?;
    let mut properties = asked.properties.clone();
    properties["DeploymentGroupName"] = name.as_str().into();
    let group = match platform {
        // A group without an application is refused below, after what is wrong with itself.
        None | Some(ComputePlatform::Server) => DeploymentGroup::from_properties(&properties).map(AnyGroup::InPlace),
        Some(platform) => BlueGreenGroup::from_properties(&name, platform, &properties).map(AnyGroup::BlueGreen),
    };
    let group = group.map_err(|error| error.to_string())?;
    let (application, name) = (group.application_name().to_owned(), group.name().to_owned());
    if platform.is_none() {
        return Err(format!("ApplicationName is {application:?}: there is no such application"));
    }
    let id = group_id(&application, &name);
    deployments.groups.insert((application, name.clone()), group);
    Ok((name, json!({ "Id": id })))
}
