//! The listeners of an environment, to which a certificate may come, and from which it may be taken away.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::environments::ENVIRONMENTS;
use crate::infra::of;
use crate::platform::{Given, decided_in, is_there_in};
use crate::source::read;

const WITHOUT: Given<'_> = &[("HostName", "www.example.com")];
const WITH: Given<'_> = &[("CertificateArn", "arn"), ("HostName", "www.example.com")];

/// The listeners of a stack with these parameters: logical id -> resource, its `Fn::If`s decided.
fn listeners(template: &Value, given: Given<'_>) -> BTreeMap<String, Value> {
    of(template, "AWS::ElasticLoadBalancingV2::Listener")
        .filter(|(_, listener)| is_there_in(template, given, listener))
        .map(|(name, listener)| (name.clone(), decided_in(template, given, listener)))
        .collect()
}

/// Logical id -> port.
fn ports(template: &Value, given: Given<'_>) -> BTreeMap<String, Value> {
    let port = |(name, listener): (String, Value)| (name, listener["Properties"]["Port"].clone());
    listeners(template, given).into_iter().map(port).collect()
}

/// The ports that another listener has once the certificate came or went: logical ids before and after, and the port.
///
/// What is to take over a port finds it taken: a load balancer takes one listener a port, and what a stack no longer has is
/// deleted when all else is done.
fn taken_over(template: &Value) -> Vec<(String, String, Value)> {
    let (without, with) = (ports(template, WITHOUT), ports(template, WITH));
    let pairs = without.iter().flat_map(|before| with.iter().map(move |after| (before, after)));
    pairs
        .filter(|((before, left), (after, taken))| left == taken && before != after)
        .map(|((before, port), (after, _))| (before.clone(), after.clone(), port.clone()))
        .collect()
}

#[test]
fn a_listener_keeps_its_port_when_a_certificate_comes_or_goes() {
    for (file, without, with) in [
        (ENVIRONMENTS[0], json!({"Listener": 80}), json!({"Listener": 80, "HttpsListener": 443})),
        (
            ENVIRONMENTS[1],
            json!({"Listener": 80, "TestListener": 8443}),
            json!({"Listener": 80, "HttpsListener": 443, "TestListener": 8443}),
        ),
    ] {
        let template = read(file);
        assert_eq!(json!(ports(&template, WITHOUT)), without, "{file}");
        assert_eq!(json!(ports(&template, WITH)), with, "{file}");
        for (name, listener) in of(&template, "AWS::ElasticLoadBalancingV2::Listener") {
            assert!(listener["Properties"]["Port"].is_u64(), "{file}: the port of {name} depends on something");
        }
        assert_eq!(taken_over(&template), [], "{file}");
    }
}

/// The check above finds what it is for.
#[test]
fn a_port_that_changes_hands_is_found() {
    for file in ENVIRONMENTS {
        let mut template = read(file);
        let resources = &mut template["Resources"];
        resources["Listener"]["Properties"]["Port"] = json!({"Fn::If": ["HasCertificate", 443, 80]});
        resources["HttpsListener"]["Properties"]["Port"] = json!(80);
        let change = ("Listener".to_owned(), "HttpsListener".to_owned(), json!(80));
        assert_eq!(taken_over(&template), [change], "{file}");
    }
}

/// File, and the target group that a listener forwards to at first.
const GROUPS: [(&str, &str); 2] = [(ENVIRONMENTS[0], "TargetGroup"), (ENVIRONMENTS[1], "BlueTargetGroup")];

#[test]
fn port_80_serves_without_a_certificate_and_with_one_only_sends_on_to_https() {
    for (file, group) in GROUPS {
        let template = read(file);
        let forward = json!([{"Type": "forward", "TargetGroupArn": {"Ref": group}}]);
        let to_https = json!({"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"});
        let redirect = json!([{"Type": "redirect", "RedirectConfig": to_https}]);
        for (given, name, protocol, actions) in [
            (WITHOUT, "Listener", "HTTP", &forward),
            (WITH, "Listener", "HTTP", &redirect),
            (WITH, "HttpsListener", "HTTPS", &forward),
        ] {
            let listener = &listeners(&template, given)[name]["Properties"];
            assert_eq!(listener["DefaultActions"], *actions, "{file}: {name}, {given:?}");
            assert_eq!(listener["Protocol"], protocol, "{file}: {name}, {given:?}");
            let certificates = (protocol == "HTTPS").then(|| json!([{"CertificateArn": {"Ref": "CertificateArn"}}]));
            assert_eq!(listener["Certificates"], certificates.unwrap_or_default(), "{file}: {name}, {given:?}");
        }
    }
}

/// Nobody is sent on to a port that does not answer yet.
#[test]
fn port_443_is_open_and_answers_before_port_80_sends_there() {
    for file in ENVIRONMENTS {
        let template = read(file);
        for (given, after) in [(WITHOUT, Value::Null), (WITH, json!({"Ref": "HttpsListener"}))] {
            assert_eq!(listeners(&template, given)["Listener"]["Metadata"]["After"], after, "{file}: {given:?}");
        }
        assert!(waits_for(&template["Resources"]["HttpsListener"], "CustomersOverTls"), "{file}");
        let open = &template["Resources"]["CustomersOverTls"];
        assert_eq!((&open["Condition"], &open["Properties"]["FromPort"]), (&json!("HasCertificate"), &json!(443)));
    }
}

/// CodeDeploy moves the traffic of the listener that the output names.
#[test]
fn an_ecs_environment_names_the_listener_that_forwards() {
    let template = read(ENVIRONMENTS[1]);
    for (given, expected) in [(WITHOUT, "Listener"), (WITH, "HttpsListener")] {
        let there = listeners(&template, given);
        let forwards = |listener: &Value| {
            listener["Properties"]["DefaultActions"][0]["TargetGroupArn"]["Ref"] == "BlueTargetGroup"
        };
        let forwarding: Vec<_> =
            there.iter().filter(|(_, listener)| forwards(listener)).map(|(name, _)| name).collect();
        assert_eq!(forwarding, [expected, "TestListener"], "{given:?}");
        for (output, name) in [("ListenerArn", expected), ("TestListenerArn", "TestListener")] {
            let value = decided_in(&template, given, &template["Outputs"][output]["Value"]);
            assert_eq!(value, json!({"Ref": name}), "{given:?}");
        }
    }
}

/// ECS takes a target group only when a listener forwards to it, and refuses every update of the service that is made.
#[test]
fn a_service_is_made_after_the_listeners_and_knows_no_certificate() {
    let template = read(ENVIRONMENTS[1]);
    let service = &template["Resources"]["Service"];
    for listener in ["Listener", "TestListener"] {
        assert!(waits_for(service, listener), "{listener}");
    }
    assert_eq!(decided_in(&template, WITH, service), decided_in(&template, WITHOUT, service));
}

/// CodeDeploy makes the listeners name the green group, which CloudFormation cannot see.
#[test]
fn the_listeners_are_deleted_before_the_target_groups() {
    for (name, listener) in of(&read(ENVIRONMENTS[1]), "AWS::ElasticLoadBalancingV2::Listener") {
        assert!(waits_for(listener, "GreenTargetGroup"), "{name}");
        assert!(
            listener["Properties"]["DefaultActions"].to_string().contains(r#"{"Ref":"BlueTargetGroup"}"#),
            "{name}"
        );
    }
}

/// Whether `DependsOn`, a name or a list of them, has this one.
fn waits_for(resource: &Value, name: &str) -> bool {
    let waited = &resource["DependsOn"];
    waited == name || waited.as_array().is_some_and(|names| names.iter().any(|waited| waited == name))
}
