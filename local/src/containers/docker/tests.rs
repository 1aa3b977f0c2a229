//! Builds, pushes and logins.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

const ECR: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

struct Case {
    folder: tempfile::TempDir,
    docker: Docker,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let docker = Docker::new(&folder.path().join("docker"), folder.path().join("registry"));
        for (name, content) in files {
            let path = folder.path().join("context").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self { folder, docker }
    }

    fn context(&self) -> std::path::PathBuf {
        self.folder.path().join("context")
    }

    fn build(&self, tags: &[&str]) -> Result<Image, DockerError> {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self.docker.build(&self.context(), None, &BTreeMap::new(), &tags)
    }

    fn registry(&self) -> Images {
        Images::new(self.folder.path().join("registry"))
    }
}

/// The files below a folder with their content, sorted.
fn tree(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            found.extend(tree(&path).into_iter().map(|below| format!("{name}/{below}")));
            found.push(format!("{name}/"));
        } else {
            found.push(format!("{name}={}", std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn files_are_copied_as_docker_copies_them() {
    let files = &[("shop", "S"), ("public/a.css", "A"), ("public/img/b.png", "B"), ("notes.txt", "N")];
    for (dockerfile, ignore, expected) in [
        ("COPY shop /bin/shop", "", &["bin/", "bin/shop=S"][..]),
        ("COPY shop /bin/", "", &["bin/", "bin/shop=S"]),
        ("WORKDIR /bin\nCOPY shop .", "", &["bin/", "bin/shop=S"]),
        ("WORKDIR /bin\nCOPY shop /bin", "", &["bin/", "bin/shop=S"]),
        ("COPY public /srv", "", &["srv/", "srv/a.css=A", "srv/img/", "srv/img/b.png=B"]),
        ("COPY public/img shop /srv/", "", &["srv/", "srv/b.png=B", "srv/shop=S"]),
        ("COPY shop /a\nCOPY notes.txt /a", "", &["a=N"]),
        ("WORKDIR /empty", "", &["empty/"]),
        ("COPY public /srv", "**/*.png", &["srv/", "srv/a.css=A", "srv/img/"]),
        ("COPY public /srv", "public/img", &["srv/", "srv/a.css=A"]),
        ("COPY . /srv", "*\n!shop", &["srv/", "srv/public/", "srv/public/img/", "srv/shop=S"]),
    ] {
        let case = Case::new(files);
        std::fs::write(case.context().join("Dockerfile"), format!("FROM scratch\n{dockerfile}")).unwrap();
        if !ignore.is_empty() {
            std::fs::write(case.context().join(".dockerignore"), ignore).unwrap();
        }
        let image = case.build(&["shop"]).unwrap();
        assert_eq!(tree(&image.root()), expected, "{dockerfile}");
    }
}

#[test]
fn permissions_are_kept_or_given() {
    for (option, expected) in [("", 0o640), ("--chmod=755 ", 0o755)] {
        let case = Case::new(&[("shop", "S"), ("Dockerfile", &format!("FROM scratch\nCOPY {option}shop /shop"))]);
        std::fs::set_permissions(case.context().join("shop"), PermissionsExt::from_mode(0o640)).unwrap();
        let image = case.build(&[]).unwrap();
        assert_eq!(image.root().join("shop").metadata().unwrap().permissions().mode() & 0o7777, expected);
    }
}

#[test]
fn a_build_that_cannot_be_done_makes_no_image() {
    for (dockerfile, ignore, expected) in [
        ("FROM scratch\n\nRUN make", "", "Dockerfile: line 3: the local docker runs no RUN instructions"),
        ("FROM scratch\nCOPY gone /", "", "Dockerfile line 2: COPY gone: not found in the context"),
        ("FROM scratch\nCOPY shop /", "shop", "its .dockerignore leaves it out"),
        ("FROM scratch\nCOPY link /", "", "link: the local docker copies files and folders"),
        ("FROM scratch\nCOPY folder /", "", "folder/link: the local docker copies files and folders"),
    ] {
        let case = Case::new(&[("shop", "S"), ("Dockerfile", dockerfile), ("folder/a", ""), (".dockerignore", ignore)]);
        for link in ["link", "folder/link"] {
            std::os::unix::fs::symlink("/etc/hostname", case.context().join(link)).unwrap();
        }
        let error = case.build(&["shop:v1"]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(case.docker.tag("shop:v1", "other").unwrap_err().to_string().starts_with("no such local image"));
    }
    let error = Case::new(&[("shop", "")]).build(&["shop"]).unwrap_err().to_string();
    assert!(error.contains("context/Dockerfile: No such file"), "{error}");
}

#[test]
fn only_what_is_pushed_is_in_the_registry() {
    let case = Case::new(&[("shop", "S"), ("Dockerfile", "FROM scratch\nCOPY shop /shop\nENTRYPOINT [\"/shop\"]")]);
    let name = format!("{ECR}/team/shop:v1");
    let built = case.build(&["shop"]).unwrap();
    case.docker.tag("shop:latest", &name).unwrap();
    assert!(case.registry().find(&name).is_err(), "it is built and tagged, and not pushed");

    assert_eq!(
        case.docker.push(&name).unwrap_err().to_string(),
        format!("no basic auth credentials: log in to {ECR} first, with `docker login`")
    );
    case.docker.login(&format!("https://{ECR}"), "AWS", "password\n").unwrap();
    let push = case.docker.push(&name).unwrap();
    assert_eq!((push.repository(), push.tag(), push.region()), ("team/shop", "v1", "us-east-1"));
    assert!(case.registry().find(&name).is_err(), "ECR has not been asked yet");
    push.store().unwrap();
    let found = case.registry().find(&name).unwrap();
    assert_eq!((found.digest(), found.entrypoint()), (built.digest(), vec!["/shop"]));
    assert_eq!(tree(&found.root()), ["shop=S"]);
    assert!(case.registry().find(&format!("{ECR}/team/shop@{}", built.digest())).is_ok());

    // The tag moves with the next push and not before it. The digest stays where it is.
    std::fs::write(case.context().join("shop"), "T").unwrap();
    case.build(&[&name]).unwrap();
    assert_eq!(tree(&case.registry().find(&name).unwrap().root()), ["shop=S"]);
    case.docker.push(&name).unwrap().store().unwrap();
    assert_eq!(tree(&case.registry().find(&name).unwrap().root()), ["shop=T"]);
    let by_digest = case.registry().find(&format!("{ECR}/team/shop@{}", built.digest())).unwrap();
    assert_eq!((by_digest.digest(), tree(&by_digest.root())), (built.digest(), vec!["shop=S".to_owned()]));
}

#[test]
fn an_image_is_known_by_its_digest_where_it_was_pushed() {
    let case = Case::new(&[("shop", "S"), ("Dockerfile", "FROM scratch\nCOPY shop /shop")]);
    let names = ["shop:v1", "shop:v2", "another:v1"].map(|name| format!("{ECR}/{name}"));
    let built = case.build(&[&names[0], &names[1], &names[2], "shop"]).unwrap();
    case.docker.login(ECR, "AWS", "password").unwrap();
    let [shop, another] = ["shop", "another"].map(|name| format!("{ECR}/{name}@{}", built.digest()));
    let asked =
        |format: &str| case.docker.inspect(&names[0], format.parse().unwrap()).map_err(|error| error.to_string());
    let (every, first) = ("{{range .RepoDigests}}{{println .}}{{end}}", "{{index .RepoDigests 0}}");
    assert_eq!(asked(every), Ok(String::new()));
    assert!(asked(first).unwrap_err().contains("slice index out of range"));
    // A second tag of a repository is no second digest, and the first of several is whatever the alphabet has first.
    for (pushed, expected) in [(0, vec![&shop]), (1, vec![&shop]), (2, vec![&another, &shop])] {
        case.docker.push(&names[pushed]).unwrap().store().unwrap();
        let lines: Vec<String> = expected.iter().map(|line| format!("{line}\n")).collect();
        assert_eq!((asked(every), asked(first)), (Ok(lines.concat()), Ok(expected[0].clone())));
    }
    // Another image under a name that was pushed is known nowhere yet.
    std::fs::write(case.context().join("shop"), "T").unwrap();
    case.build(&[&names[0]]).unwrap();
    assert_eq!(asked(every), Ok(String::new()));

    let unknown = case.docker.inspect("shop:v9", RepoDigests::Every).unwrap_err().to_string();
    assert_eq!(unknown, "no such local image: shop:v9: not found");
    for format in ["", "{{.Id}}", "{{json .RepoDigests}}", "{{index .RepoDigests 1}}", "{{.RepoDigests}}"] {
        let error = format.parse::<RepoDigests>().unwrap_err().to_string();
        assert!(error.contains("prints an image's RepoDigests alone"), "{format}: {error}");
    }
}

#[test]
fn pushes_and_logins_that_ecr_would_not_take_are_refused() {
    let case = Case::new(&[("Dockerfile", "FROM scratch")]);
    let other = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    case.build(&["shop", "docker.test/shop", &format!("{ECR}/shop"), &format!("{other}/shop")]).unwrap();
    case.docker.login(ECR, "AWS", "password").unwrap();
    let digest = format!("{ECR}/shop@sha256:{}", "0".repeat(64));
    for (name, expected) in [
        ("shop", "docker.io: the local docker knows ECR's registries alone"),
        ("docker.test/shop", "docker.test: the local docker knows ECR's registries alone"),
        (&format!("{other}/shop"), "no basic auth credentials"),
        (&format!("{ECR}/other"), "no such local image: 123456789012"),
        (&digest, "is a digest: give a tag"),
        ("Shop", "invalid reference format"),
    ] {
        let error = case.docker.push(name).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
    for (registry, user, password, expected) in [
        (ECR, "me", "password", "400 Bad Request"),
        (ECR, "AWS", "\n", "the password on standard input is empty"),
        ("docker.io", "AWS", "password", "docker.io: the local docker knows ECR's"),
        ("12.dkr.ecr.us-east-1.amazonaws.com", "AWS", "password", "knows ECR's"),
        ("123456789012.dkr.ecr..amazonaws.com", "AWS", "password", "knows ECR's"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com.test", "AWS", "password", "knows ECR's"),
    ] {
        let error = case.docker.login(registry, user, password).unwrap_err().to_string();
        assert!(error.contains(expected), "{registry}: {error}");
    }
}
