//! `launchway run`, `up` and `down`.

use std::error::Error;
use std::path::{Path, PathBuf};

use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{ReleaseName, RunArguments, SystemArguments, UpArguments};
use super::deploy::open_empty;
use super::verdict::problems;
use crate::console::Console;
use crate::emulator::{CALLS_LIST, Emulator};
use crate::engine::Clock;
use crate::inbox::Received;
use crate::process::{Marker, kill_marked};
use crate::project::Project;
use crate::report::{ROLLBACK, RunReport, page, timeline};
use crate::run::{
    Account, REGION, RunContext, RunError, Sources, System, SystemSettings, abandoned, deliver, deliver_and_kill,
    recorded, remove_abandoned, rolled_back, running,
};

/// The defect of the bad release, inside the example shop.
const DEFECT: &str = "defects/checkout.patch";

/// Delivers the releases; true when each ended as it should.
pub(super) async fn run(root: &Path, arguments: RunArguments, console: &Console) -> Result<bool, Box<dyn Error>> {
    let project = Project::open(root)?;
    clean_up(&project, console).await?;
    let context = RunContext::create(&project)?;
    let output = arguments.output.clone().unwrap_or_else(|| project.output());
    let settings = settings(&project, &arguments.system);
    let mut report = RunReport::default();
    let work = async {
        let system = System::start(&project, &context, &settings, console).await?;
        let delivered = deliver_all(&project, &system, &context, arguments.releases(), &mut report, console).await;
        system.stop().await;
        delivered
    };
    let ended = tokio::select! {
        ended = work => Some(ended),
        name = interrupted() => {
            console.idle();
            console.note(format_args!("{name}: ending what was started"));
            None
        }
    };
    end(&context, console).await;
    if !report.executions.is_empty() {
        write_reports(&output, &report, console)?;
        // The run's folder does not outlive the next run.
        std::fs::copy(context.folder().join(CALLS_LIST), output.join(CALLS_LIST))?;
    }
    let Some(ended) = ended else { return Ok(false) };
    ended?;
    let problems = problems(&report, arguments.releases(), &arguments.system);
    for problem in &problems {
        console.note(format_args!("✗ {problem}"));
    }
    Ok(problems.is_empty())
}

/// Starts the system and waits until it is interrupted.
pub(super) async fn up(root: &Path, arguments: UpArguments, console: &Console) -> Result<bool, Box<dyn Error>> {
    let project = Project::open(root)?;
    clean_up(&project, console).await?;
    let context = RunContext::create(&project)?;
    let settings = settings(&project, &arguments.system);
    let mut told = false;
    let work = async {
        if arguments.empty {
            let step = console.step("Start the AWS emulator, IAM enforced");
            let clock = Clock::at(settings.clock_speed);
            let account = open_empty(&project, &context, clock).await?;
            step.done();
            told = true;
            console.print(how_to_deploy(&account));
            return std::future::pending().await;
        }
        let system = System::start(&project, &context, &settings, console).await?;
        told = true;
        console.print(how_to_use(&system));
        let mut told = 0;
        loop {
            let received = system.received_more_than(told).await;
            received[told..].iter().for_each(|message| tell(message, console));
            told = received.len();
        }
    };
    let ended: Result<(), RunError> = tokio::select! {
        ended = work => ended,
        name = interrupted() => {
            console.idle();
            console.note(format_args!("{name}: ending what was started"));
            Ok(())
        }
    };
    end(&context, console).await;
    ended?;
    Ok(told)
}

/// Ends the systems of this checkout that still run, and what killed ones left behind.
pub(super) async fn down(root: &Path, console: &Console) -> Result<bool, Box<dyn Error>> {
    let project = Project::open(root)?;
    let mut ended = 0;
    for (id, process) in running(&project) {
        console.note(format_args!("Ending run {id}"));
        let asked = tokio::process::Command::new("kill").args(["-TERM", &process.to_string()]).status().await?;
        let gone = || !Path::new(&format!("/proc/{process}")).exists();
        for _ in 0..200 {
            if gone() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        if !asked.success() || !gone() {
            return Err(format!("run {id} (process {process}) does not end").into());
        }
        ended += 1;
    }
    ended += clean_up(&project, console).await?;
    console.print(if ended == 0 { "Nothing was running.".to_owned() } else { format!("Ended {ended}.") });
    Ok(true)
}

async fn deliver_all(
    project: &Project,
    system: &System,
    context: &RunContext,
    releases: &[ReleaseName],
    report: &mut RunReport,
    console: &Console,
) -> Result<(), RunError> {
    for release in releases {
        let mut sources = Sources::read(&project.storefront())?;
        if *release == ReleaseName::Bad {
            sources = sources.with_defect(&project.storefront().join(DEFECT))?;
        }
        console.note(format_args!("\nThe {} release", release.name()));
        let sources = sources.zip()?;
        let [staging, production] = system.sites();
        let execution = match release {
            ReleaseName::Good | ReleaseName::Bad => deliver(system, sources, console).await?,
            ReleaseName::Killed => deliver_and_kill(system, context.id(), sources, staging, console).await?,
            ReleaseName::Undone => deliver_and_kill(system, context.id(), sources, production, console).await?,
        };
        let mut executions = vec![(release.name(), execution)];
        if *release == ReleaseName::Undone {
            let rollback = rolled_back(system, &executions[0].1, console).await?;
            executions.push((ROLLBACK, rollback));
        }
        for (name, execution) in executions {
            report.executions.push(recorded(system, name, &execution).await);
        }
        system.settled().await?;
        let told = report.messages.len();
        report.messages = system.received();
        for message in &report.messages[told..] {
            tell(message, console);
        }
    }
    Ok(())
}

fn tell(message: &Received, console: &Console) {
    console.note(format_args!("✉ {}: {}", message.place(), message.headline()));
}

fn write_reports(output: &Path, report: &RunReport, console: &Console) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(output)?;
    let (json, html): (PathBuf, PathBuf) = (output.join("run.json"), output.join("run.html"));
    std::fs::write(&json, serde_json::to_string_pretty(report)? + "\n")?;
    std::fs::write(&html, page(report))?;
    console.print(timeline(report));
    console.print(format_args!("Reports: {} and {}", html.display(), json.display()));
    Ok(())
}

fn settings(project: &Project, arguments: &SystemArguments) -> SystemSettings {
    let template = arguments.template.clone().unwrap_or_else(|| project.template());
    let SystemArguments { platform, clock_speed, events, tests, .. } = *arguments;
    SystemSettings { template, platform, clock_speed, events, tests }
}

/// Waits for Ctrl-C or for a request to end, and says which.
pub(super) async fn interrupted() -> &'static str {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => "Interrupted",
        _ = terminate.recv() => "Asked to end",
    }
}

/// Ends every process of a run, whatever started it.
pub(super) async fn end(context: &RunContext, console: &Console) {
    let left = kill_marked(context.id()).await;
    if !left.is_empty() {
        console.note(format_args!("! These processes did not end: {left:?}"));
    }
}

/// Ends what runs left behind whose `launchway` is gone, removes their files, and says of how many runs something still
/// ran.
pub(super) async fn clean_up(project: &Project, console: &Console) -> Result<usize, std::io::Error> {
    let mut ended = 0;
    for (id, folder) in abandoned(project) {
        let found = Marker::run(&id).processes().len();
        let left = kill_marked(&id).await;
        if !left.is_empty() {
            console.note(format_args!("! Run {id} left processes that do not end: {left:?}"));
            continue;
        }
        ended += usize::from(found > 0);
        remove_abandoned(&folder)?;
    }
    Ok(ended)
}

fn how_to_use(system: &System) -> String {
    let [staging, production] = system.sites();
    let outputs = system.outputs();
    format!(
        "\nThe local system is up.\n\
         \n  staging      {}\n  production   {}\n  pipeline     {}\n  sources      s3://{}/source.zip\n\
         \nFor the AWS command line and the SDKs:\n\n{}\
         \nCtrl-C or `launchway down` ends it.",
        staging.url(),
        production.url(),
        outputs.pipeline,
        outputs.source_bucket,
        access(system.account().emulator()),
    )
}

fn how_to_deploy(account: &Account) -> String {
    format!(
        "\nAn empty account is up.\n\
         \nFor the SAM CLI, the AWS command line and the SDKs:\n\n{}\
         \nNothing but services of AWS is in it: there is no instance and no Slack.\
         \nCtrl-C or `launchway down` ends it.",
        access(account.emulator()),
    )
}

/// The lines that a shell needs to speak to the emulator. The SDKs read one name of the region, the tools in Python the other.
fn access(emulator: &Emulator) -> String {
    let root = emulator.root();
    format!(
        "  export AWS_ENDPOINT_URL={} AWS_REGION={REGION} AWS_DEFAULT_REGION={REGION}\n  export AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={}\n",
        emulator.url(),
        root.access_key_id,
        root.secret_access_key,
    )
}
