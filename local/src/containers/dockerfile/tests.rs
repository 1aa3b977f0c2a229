//! Whole Dockerfiles.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;
use crate::containers::image::ImageConfig;

fn read(text: &str, arguments: &[(&str, &str)]) -> Result<Recipe, DockerfileError> {
    Recipe::read(text, &arguments.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_dockerfile_is_read_whole() {
    let text = r#"# syntax=docker/dockerfile:1
ARG VARIANT=slim
FROM debian:bookworm-${VARIANT}
ARG REVISION
ARG PORT=8080
ENV PORT=9090 \
    REVISION=$REVISION NAME="the shop"
LABEL org.opencontainers.image.revision=$REVISION
WORKDIR /srv
WORKDIR shop
COPY --chown=shop:shop --chmod=0755 dist/storefront ./bin/
COPY public settings.toml /etc/shop/
EXPOSE $PORT 53/udp
USER shop
ENTRYPOINT ["/srv/shop/bin/storefront"]
CMD ["--port", "$PORT"]
"#;
    let recipe = read(text, &[("REVISION", "r1"), ("VARIANT", "fat")]).unwrap();
    let config = ImageConfig {
        base: "debian:bookworm-fat".into(),
        environment: map(&[("PORT", "9090"), ("REVISION", "r1"), ("NAME", "the shop")]),
        working_dir: "/srv/shop".into(),
        entrypoint: vec!["/srv/shop/bin/storefront".into()],
        command: vec!["--port".into(), "$PORT".into()],
        user: Some("shop".into()),
        exposed_ports: vec!["9090/tcp".into(), "53/udp".into()],
        labels: map(&[("org.opencontainers.image.revision", "r1")]),
        owners: map(&[("/srv/shop/bin", "shop:shop")]),
        files: String::new(),
    };
    let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
    let copies = vec![
        Copy {
            line: 11,
            sources: paths(&["dist/storefront"]),
            destination: "srv/shop/bin".into(),
            into_folder: true,
            mode: Some(0o755),
        },
        Copy {
            line: 12,
            sources: paths(&["public", "settings.toml"]),
            destination: "etc/shop".into(),
            into_folder: true,
            mode: None,
        },
    ];
    assert_eq!(recipe, Recipe { config, copies, folders: paths(&["srv", "srv/shop"]) });
}

#[test]
fn arguments_before_the_base_image_are_for_it_alone() {
    let recipe = read("ARG A=1\nFROM base:$A\nENV B=x$A\nARG A=2\nENV C=x$A\nENV A=3 D=$A E=${A}", &[]).unwrap();
    assert_eq!(recipe.config.base, "base:1");
    let expected = map(&[("A", "3"), ("B", "x"), ("C", "x2"), ("D", "2"), ("E", "2")]);
    assert_eq!(recipe.config.environment, expected);
}

#[test]
fn what_is_not_carried_out_is_refused_with_its_line() {
    for (rest, line, expected) in [
        ("RUN apt-get update", 2, "the local docker runs no RUN instructions"),
        ("\nrun true", 3, "the local docker runs no RUN instructions"),
        ("HEALTHCHECK NONE", 2, "does not know the instruction HEALTHCHECK"),
        ("ADD a /a", 2, "does not know the instruction ADD"),
        ("FROM other", 2, "a second FROM"),
        ("ENTRYPOINT /shop", 2, "write the exec form"),
        ("CMD [\"a\", 1]", 2, "write the exec form"),
        ("ENTRYPOINT ['/shop']", 2, "write the exec form"),
        ("COPY --from=build /a /a", 2, "COPY --from=build: the local docker knows --chown and --chmod"),
        ("COPY --chmod=u+x a /a", 2, "write the mode as an octal number"),
        ("COPY --chmod=17777 a /a", 2, "write the mode as an octal number"),
        ("COPY a", 2, "COPY needs a source and a destination"),
        ("COPY [\"a\", \"/a\"]", 2, "write the paths without brackets"),
        ("COPY <<EOF /a", 2, "no here-documents"),
        ("COPY *.txt /a/", 2, "knows no wildcards"),
        ("COPY ../a /a", 2, "COPY ../a: it is outside the context"),
        ("COPY a /a/../../b", 2, "without `..`"),
        ("COPY a b /c", 2, "end the destination /c with a slash"),
        ("WORKDIR ..", 2, "without `..`"),
        ("WORKDIR a b", 2, "exactly one word"),
        ("USER", 2, "exactly one word"),
        ("USER $NOBODY", 2, "exactly one word"),
        ("ENV A 1", 2, "ENV A: write NAME=VALUE"),
        ("ENV", 2, "ENV without NAME=VALUE"),
        ("ENV 1A=b", 2, "ENV 1A: a name is letters"),
        ("ARG =b", 2, "ARG : a name is letters"),
        ("EXPOSE http", 2, "EXPOSE http: write a port"),
        ("EXPOSE 70000", 2, "EXPOSE 70000: write a port"),
        ("ENV A=\"1", 2, "is not closed"),
        ("USER a\n", 2, "no ARG takes the build argument GIVEN"),
    ] {
        let error = read(&format!("FROM scratch\n{rest}"), &[("GIVEN", "1")]).unwrap_err();
        assert!(error.reason.contains(expected), "{rest}: {error}");
        assert_eq!(error.line, line, "{rest}: {error}");
    }
    for (text, expected) in [
        ("", "line 0: there is no FROM"),
        ("ARG A", "line 1: there is no FROM"),
        ("USER a", "line 1: USER stands before FROM"),
        ("FROM a AS b", "line 1: FROM a AS b: the local docker takes exactly one word"),
    ] {
        assert!(read(text, &[]).unwrap_err().to_string().contains(expected), "{text}");
    }
}
