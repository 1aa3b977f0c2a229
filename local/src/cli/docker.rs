//! `launchway docker`: what a local build finds under the name `docker`.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io::Read;
use std::path::PathBuf;

use aws_credential_types::Credentials;
use clap::{Args, Subcommand};

use super::arguments::key_and_value;
use crate::console::Console;
use crate::containers::{Docker, Push, RepoDigests};
use crate::emulator::client::{Caller, ClientError, EmulatorClient, PushedImage};

/// What the local `docker` takes.
#[derive(Debug, Args)]
pub struct DockerArguments {
    /// Where images are pushed to.
    #[arg(long, env = "LAUNCHWAY_IMAGES", value_name = "FOLDER")]
    pub images: PathBuf,
    /// Where the build's own images and logins are kept; a build without privileges has no such place.
    #[arg(long, env = "LAUNCHWAY_DOCKER", value_name = "FOLDER")]
    pub home: Option<PathBuf>,
    /// Print what this is.
    #[arg(long, short = 'v')]
    pub version: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<DockerCommand>,
}

/// The commands that a buildspec needs.
#[derive(Debug, Subcommand)]
pub enum DockerCommand {
    /// Build an image.
    Build {
        /// A name of the image (repeatable).
        #[arg(long = "tag", short = 't', value_name = "NAME")]
        tags: Vec<String>,
        /// The Dockerfile; the context's `Dockerfile` unless given.
        #[arg(long, short = 'f', value_name = "FILE")]
        file: Option<PathBuf>,
        /// The value of an `ARG` (repeatable).
        #[arg(long = "build-arg", value_name = "NAME=VALUE", value_parser = key_and_value)]
        arguments: Vec<(String, String)>,
        /// Look for a newer base image. There is none here at all.
        #[arg(long)]
        pull: bool,
        /// The folder with the files to copy.
        context: PathBuf,
    },
    /// Give a local image another name.
    Tag {
        /// Its name.
        source: String,
        /// The other one.
        target: String,
    },
    /// Push an image to ECR.
    Push {
        /// Its name, with the registry.
        name: String,
        /// In whose name ECR is asked.
        #[command(flatten)]
        access: RegistryAccess,
    },
    /// Print by which digests registries know a local image.
    Inspect {
        /// What to print of it.
        #[arg(long, short = 'f', value_name = "TEMPLATE")]
        format: RepoDigests,
        /// A name of the image.
        name: String,
    },
    /// Log in to a registry of ECR.
    Login {
        /// The user, which is AWS.
        #[arg(long, short)]
        username: String,
        /// Read the password from standard input. There is no other way here.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The registry.
        registry: String,
    },
}

/// How ECR is asked. On AWS the login's password says who pushes; the local password is nobody's, so the push is made with
/// the build's session.
#[derive(Debug, Args)]
pub struct RegistryAccess {
    /// ECR's endpoint.
    #[arg(long, env = "AWS_ENDPOINT_URL", hide = true)]
    pub endpoint: String,
    /// The session's key.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide = true)]
    pub access_key_id: String,
    /// The key's secret half.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide = true, value_parser = |text: &str| Ok::<_, Infallible>(Hidden(text.into())))]
    pub secret_access_key: Hidden,
    /// The session's token.
    #[arg(long, env = "AWS_SESSION_TOKEN", hide = true, value_parser = |text: &str| Ok::<_, Infallible>(Hidden(text.into())))]
    pub session_token: Hidden,
}

/// A text that no message shows.
#[derive(Clone)]
pub struct Hidden(String);

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hidden")
    }
}

/// Carries out a command; false when it could not be done.
pub(super) async fn docker(arguments: DockerArguments, console: &Console) -> Result<bool, Box<dyn Error>> {
    let Some(command) = arguments.command else {
        if arguments.version {
            console.print(concat!("Docker as Launchway ", env!("CARGO_PKG_VERSION"), " stands in for it"));
            return Ok(true);
        }
        return Err("docker: give a command: build, tag, push, inspect or login".into());
    };
    let Some(home) = arguments.home else {
        console.note("Cannot connect to the Docker daemon: the CodeBuild project needs Environment.PrivilegedMode");
        return Ok(false);
    };
    let docker = Docker::new(&home, arguments.images);
    match carry_out(&docker, command, console).await {
        Ok(()) => Ok(true),
        Err(error) => {
            console.note(error);
            Ok(false)
        }
    }
}

async fn carry_out(docker: &Docker, command: DockerCommand, console: &Console) -> Result<(), Box<dyn Error>> {
    match command {
        DockerCommand::Build { tags, file, arguments, pull: _, context } => {
            let image = docker.build(&context, file.as_deref(), &arguments.into_iter().collect(), &tags)?;
            console.print(format_args!("Successfully built {}", image.manifest().config_digest));
            for tag in tags {
                console.print(format_args!("Successfully tagged {tag}"));
            }
        }
        DockerCommand::Tag { source, target } => docker.tag(&source, &target)?,
        DockerCommand::Push { name, access } => {
            let push = docker.push(&name)?;
            let digest = ask_registry(&push, access).await?;
            if digest != push.image().digest() {
                return Err(format!("ECR knows the image as {digest}, and it is {}", push.image().digest()).into());
            }
            push.store()?;
            console.print(format_args!("{name}: digest: {digest}"));
        }
        DockerCommand::Inspect { format, name } => console.print(docker.inspect(&name, format)?),
        DockerCommand::Login { username, password_stdin: _, registry } => {
            let mut password = String::new();
            std::io::stdin().read_to_string(&mut password)?;
            docker.login(&registry, &username, &password)?;
            console.print("Login Succeeded");
        }
    }
    Ok(())
}

/// Makes the calls of the push and returns ECR's digest of the image. A refusal is told as Docker tells it.
async fn ask_registry(push: &Push, access: RegistryAccess) -> Result<String, Box<dyn Error>> {
    let RegistryAccess { endpoint, access_key_id, secret_access_key, session_token } = access;
    let credentials = Credentials::new(access_key_id, secret_access_key.0, Some(session_token.0), None, "the build's");
    let caller = Caller { credentials, region: push.region().to_owned() };
    let config = push.config()?;
    let (repository, tag) = (push.repository(), push.tag());
    let image = PushedImage { repository, tag, manifest: push.image().manifest(), config: &config };
    let pushed = EmulatorClient::new(&endpoint)?.push_image(&caller, image).await;
    pushed.map_err(|error| match &error {
        ClientError::Refused { message, .. } if error.is_access_denied() => format!("denied: {message}").into(),
        ClientError::Refused { code, message, .. } if code == "RepositoryNotFoundException" => {
            format!("name unknown: {message}").into()
        }
        // The emulator has fewer words for it than ECR.
        ClientError::Refused { code, .. } if code == "ImageTagAlreadyExistsException" => format!(
            "tag invalid: The image tag '{tag}' already exists in the '{repository}' repository and cannot be overwritten \
             because the tag is immutable."
        )
        .into(),
        _ => Box::<dyn Error>::from(error),
    })
}
