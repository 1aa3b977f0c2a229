//! The functions are linked against a glibc that their runtime has, whatever the building machine has.

use std::path::PathBuf;
use std::process::Command;

use launchway::process::{forget_cargo, inherited};

use crate::source::root;

/// Amazon Linux 2023 has glibc 2.34: its minor version.
const AMAZON_LINUX_2023: u32 = 34;

/// A command of the tools that build the functions, which find one another by the `PATH`.
fn tool(program: &str) -> Command {
    let tools = root().join(".venv/sam/bin");
    let own = inherited(&["PATH"]);
    let path = std::iter::once(tools).chain(own.iter().flat_map(|(_, path)| std::env::split_paths(path)));
    let mut command = Command::new("env");
    command.arg(program).env("PATH", std::env::join_paths(path).unwrap());
    command
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}; run `make tools`", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The minor version of the glibc that zig takes where it is told a processor and no version.
fn of_zig(processor: &str) -> u32 {
    let target = format!("{processor}-linux-gnu");
    let macros = ["-dM", "-E", "-include", "features.h", "-x", "c", "/dev/null"];
    let macros = output(tool("python-zig").args(["cc", "-target", &target]).args(macros));
    let minor = macros.lines().find_map(|line| line.strip_prefix("#define __GLIBC_MINOR__ "));
    minor.unwrap().parse().unwrap()
}

/// The minor version of the newest glibc that a program asks for.
fn asked_for(program: PathBuf) -> u32 {
    let bytes = std::fs::read(program).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let digits =
        |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default().parse().ok();
    text.split("GLIBC_2.").skip(1).filter_map(digits).max().unwrap()
}

#[test]
fn zig_takes_a_glibc_that_the_runtime_has() {
    for processor in ["x86_64", "aarch64"] {
        let minor = of_zig(processor);
        assert!(minor <= AMAZON_LINUX_2023, "{processor}: 2.{minor} is newer than Amazon Linux 2023's");
    }
}

/// As `sam build` does for functions of the machine's own processor. The machine's own linker would put the version of the
/// machine's start-up code into the least program.
#[test]
fn zig_links_for_the_building_machine_too() {
    let package = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"least\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::create_dir(package.path().join("src")).unwrap();
    std::fs::write(package.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(package.path().join("src/main.rs"), "fn main() {}\n").unwrap();
    let mut build = tokio::process::Command::from(tool("cargo"));
    forget_cargo(&mut build);
    let build = build.as_std_mut();
    build.args(["lambda", "build", "--release"]).current_dir(package.path());
    build.env("CARGO_TARGET_DIR", package.path().join("target")).env_remove("CARGO_LAMBDA_COMPILER");
    output(build);
    let asked = asked_for(package.path().join("target/lambda/least/bootstrap"));
    assert!(asked <= of_zig(std::env::consts::ARCH), "linked against glibc 2.{asked}, which zig has not chosen");
}
