//! The lifecycle scripts of a deployment, run on a folder that stands for an instance.

use std::{
    fs::{self, Permissions},
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;
use tokio::net::TcpSocket;

const SOURCES: &str = env!("CARGO_MANIFEST_DIR");

/// An instance. Dropping it stops what runs there.
struct Instance {
    root: TempDir,
    bundle: TempDir,
    /// Where the shop is to listen.
    address: SocketAddr,
    _port: TcpSocket,
}

impl Instance {
    /// With a bundle of this program as `revision`.
    fn new(revision: &str) -> Self {
        let (root, bundle) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (port, address) = reserved_port();
        let instance = Self { root, bundle, address, _port: port };
        fs::create_dir(instance.root.path().join("etc")).unwrap();
        let settings = format!("# this host\nHOST=127.0.0.1\n\nPORT={}\nLOG_FORMAT=text", address.port());
        fs::write(instance.root.path().join("etc/storefront.env"), settings).unwrap();
        let bundle = instance.bundle.path();
        fs::create_dir_all(bundle.join("scripts")).unwrap();
        for script in fs::read_dir(Path::new(SOURCES).join("scripts")).unwrap() {
            let script = script.unwrap();
            let copy = bundle.join("scripts").join(script.file_name());
            fs::copy(script.path(), &copy).unwrap();
            // Sources that come through a connection, or an archive, have lost what can be executed.
            fs::set_permissions(copy, Permissions::from_mode(0o644)).unwrap();
        }
        fs::create_dir(bundle.join("bin")).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_storefront"), bundle.join("bin/storefront")).unwrap();
        fs::copy(Path::new(SOURCES).join("settings.toml"), bundle.join("settings.toml")).unwrap();
        instance.revise(revision);
        instance
    }

    fn revise(&self, revision: &str) {
        fs::write(self.bundle.path().join("REVISION"), format!("{revision}\n")).unwrap();
    }

    fn run(&self, script: &str) -> Output {
        let script = self.bundle.path().join("scripts").join(script);
        // The agent makes the script of a hook executable, and no other.
        fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
        let root = self.root.path();
        // The instance's own programs come before the machine's.
        let first = "PATH=\"$INSTANCE_ROOT/bin:$PATH\" exec \"$0\"";
        let mut command = Command::new("/bin/sh");
        command.args(["-c", first]).arg(&script).env("INSTANCE_ROOT", root).env_remove("DATABASE_URL").output().unwrap()
    }

    fn ok(&self, script: &str) -> String {
        let output = self.run(script);
        let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(output.status.success(), "{script}: {out}{err}");
        out
    }

    /// Everything up to validation, in the order in which CodeDeploy does it.
    fn deploy(&self) {
        self.ok("stop.sh");
        self.ok("prepare.sh");
        let copied = Command::new("cp").arg("-R").arg(self.bundle.path().join(".")).arg(self.home()).status().unwrap();
        assert!(copied.success());
        self.ok("install.sh");
        self.ok("start.sh");
    }

    fn home(&self) -> std::path::PathBuf {
        self.root.path().join("opt/storefront")
    }

    fn pid_file(&self) -> std::path::PathBuf {
        self.root.path().join("run/storefront.pid")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.run("stop.sh");
    }
}

/// A port that is the caller's until it drops the socket: it is bound, and nobody listens.
fn reserved_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    // The shop can bind it as well, because it says so too. Said before, the bind above could share another's port.
    socket.set_reuseaddr(true).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[test]
fn a_release_replaces_the_one_before_and_keeps_the_data() {
    let instance = Instance::new("first");
    assert!(instance.ok("stop.sh").contains("does not run"));
    instance.deploy();
    assert!(instance.ok("validate.sh").starts_with("release first answers on http://127.0.0.1:"));
    assert!(instance.ok("start.sh").contains("runs already"));
    let left_over = instance.home().join("of-the-first-release");
    fs::write(&left_over, "").unwrap();

    instance.revise("second");
    instance.deploy();
    assert!(instance.ok("validate.sh").starts_with("release second answers"));
    assert!(!left_over.exists());
    assert!(instance.root.path().join("var/lib/storefront/shop.db").is_file());
    assert!(instance.ok("stop.sh").contains("has stopped"));
    let log = fs::read_to_string(instance.root.path().join("var/log/storefront.log")).unwrap();
    assert_eq!(log.matches("stopping: SIGTERM").count(), 2, "{log}");
    assert!(!instance.pid_file().exists());
}

#[test]
fn a_shop_that_cannot_start_fails_validation_with_its_reason() {
    for (occupied, setting, reason) in
        [(true, "", "Address already in use"), (false, "max_quantity = 0", "max_quantity = 0 is not possible")]
    {
        let instance = Instance::new("broken");
        let _occupant = occupied.then(|| TcpListener::bind(instance.address).unwrap());
        if !setting.is_empty() {
            let settings = instance.bundle.path().join("settings.toml");
            let text = fs::read_to_string(&settings).unwrap().replace("max_quantity = 20", setting);
            fs::write(&settings, text).unwrap();
        }
        instance.deploy();
        let output = instance.run("validate.sh");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("has ended") && told.contains(reason), "{told}");
    }
}

#[test]
fn a_process_that_has_the_number_of_an_old_shop_is_left_alone() {
    let instance = Instance::new("first");
    instance.ok("prepare.sh");
    let mut other = Command::new("sleep").arg("60").spawn().unwrap();
    fs::write(instance.pid_file(), other.id().to_string()).unwrap();
    assert!(instance.ok("stop.sh").contains("does not run"));
    assert!(other.try_wait().unwrap().is_none());
    other.kill().unwrap();
    other.wait().unwrap();
    for nonsense in ["", "-1", "12 34", "x"] {
        fs::write(instance.pid_file(), nonsense).unwrap();
        assert!(instance.ok("stop.sh").contains("does not run"), "{nonsense:?}");
    }
}

/// RDS keeps the password in Secrets Manager. Here the AWS CLI is a script that knows this one secret.
#[test]
fn the_shop_starts_with_the_password_of_the_moment() {
    const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-0123abcd-AbCdEf";
    let secret = r#"{"username":"shop","password":"s3cr@t"}"#;
    for (answer, started, reason) in [
        (format!("printf '%s\\n' '{secret}'"), true, "cannot open the database postgres://127.0.0.1"),
        ("printf '%s\\n' s3cr@t".to_owned(), true, "DATABASE_CREDENTIALS is not JSON"),
        ("echo AccessDeniedException >&2; exit 254".to_owned(), false, "AccessDeniedException"),
    ] {
        let instance = Instance::new("first");
        let settings = instance.root.path().join("etc/storefront.env");
        let text = fs::read_to_string(&settings).unwrap();
        // Nobody listens there, so the shop ends and says with what it tried.
        let (_port, host) = reserved_port();
        fs::write(&settings, format!("{text}\nDATABASE_HOST={host}\nDATABASE_SECRET_ARN={ARN}\n")).unwrap();
        let wanted = format!(
            "secretsmanager get-secret-value --region eu-central-1 --secret-id {ARN} --query SecretString --output text"
        );
        let aws = instance.root.path().join("bin/aws");
        fs::create_dir(aws.parent().unwrap()).unwrap();
        fs::write(&aws, format!("#!/bin/sh\n[ \"$*\" = '{wanted}' ] || exit 2\n{answer}\n")).unwrap();
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();

        instance.ok("prepare.sh");
        let copied = Command::new("cp").arg("-R").arg(instance.bundle.path().join(".")).arg(instance.home()).status();
        assert!(copied.unwrap().success());
        let start = instance.run("start.sh");
        assert_eq!(start.status.success(), started, "{answer}");
        let told = if started { instance.run("validate.sh") } else { start };
        let told = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.contains(reason), "{answer}: {told}");
        assert!(!told.contains("s3cr@t"), "{told}");
    }
}
