//! The networks of the environments: two zones, who lets whom in, and who may reach what.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::infra::{of, templates};
use crate::source::read;

/// EC2 refuses a description with a character that it does not know, and with it the whole group.
#[test]
fn descriptions_of_security_groups_have_only_what_ec2_takes() {
    let takes = |text: &str| {
        text.len() < 256 && text.chars().all(|c| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=;{}!$*".contains(c))
    };
    let mut descriptions = 0;
    for (file, _, template) in templates() {
        let kinds = ["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"];
        for (name, resource) in kinds.into_iter().flat_map(|kind| of(&template, kind)) {
            let properties = &resource["Properties"];
            let rules = ["SecurityGroupIngress", "SecurityGroupEgress"]
                .into_iter()
                .flat_map(|list| properties[list].as_array().into_iter().flatten().map(|rule| &rule["Description"]));
            let own = [&properties["Description"], &properties["GroupDescription"]["Fn::Sub"]];
            for text in rules.chain(own).filter_map(Value::as_str) {
                descriptions += 1;
                assert!(takes(text), "{file}: {name}: {text}");
            }
        }
    }
    assert!(descriptions > 15, "only {descriptions} descriptions were found");
}

/// Each rule names who it lets in. Only a load balancer takes addresses; on the test listener only the hook's.
#[test]
fn only_load_balancers_are_open() {
    let mut rules = 0;
    for (file, _, template) in templates() {
        let groups = of(&template, "AWS::EC2::SecurityGroup").flat_map(|(name, group)| {
            let rules = group["Properties"]["SecurityGroupIngress"].as_array().into_iter().flatten();
            rules.map(move |rule| (name.as_str(), rule))
        });
        let alone = of(&template, "AWS::EC2::SecurityGroupIngress").map(|(_, rule)| {
            let rule = &rule["Properties"];
            (rule["GroupId"]["Ref"].as_str().unwrap(), rule)
        });
        for (name, rule) in groups.chain(alone) {
            rules += 1;
            assert!(rule["Description"].is_string(), "{file}: {name}: {rule}");
            if rule["SourceSecurityGroupId"].is_object() {
                continue;
            }
            assert_eq!(name, "LoadBalancerSecurityGroup", "{file}: {rule}");
            let hook = json!({"Fn::If": ["HookIsHere", {"Fn::GetAtt": ["Network", "Outputs.EgressCidr"]}, {"Ref": "HookCidr"}]});
            let expected = if rule["FromPort"] == 8443 { hook } else { json!({"Ref": "ClientCidr"}) };
            assert_eq!(rule["CidrIp"], expected, "{file}: {name}");
        }
    }
    assert!(rules > 6, "only {rules} rules were found");
}

/// Nobody: without a rule EC2 lets a group reach everything, so there is one that no packet fits.
const NOBODY: &str = "icmp 252-86 to 255.255.255.255/32";
const AWS: &str = "tcp 443 to 0.0.0.0/0";

/// What each security group may reach. Only the deploy hook reaches the test listeners, and nothing everything.
const REACHES: [(&str, &str, &[&str]); 6] = [
    ("database.yaml", "SecurityGroup", &[NOBODY]),
    ("environment-ec2.yaml", "InstanceSecurityGroup", &[AWS, "tcp 5432 to Database.Outputs.SecurityGroupId"]),
    ("environment-ec2.yaml", "LoadBalancerSecurityGroup", &[NOBODY, "tcp 8080 to InstanceSecurityGroup"]),
    // By address it cannot be narrower: a load balancer's public addresses change.
    ("environment-ecs.yaml", "HookSecurityGroup", &[AWS, "tcp 8443 to 0.0.0.0/0"]),
    ("environment-ecs.yaml", "LoadBalancerSecurityGroup", &[NOBODY, "tcp 8080 to TaskSecurityGroup"]),
    ("environment-ecs.yaml", "TaskSecurityGroup", &[AWS, "tcp 5432 to Database.Outputs.SecurityGroupId"]),
];

#[test]
fn a_group_reaches_what_it_needs_and_nothing_else() {
    let mut found = BTreeMap::new();
    for (file, _, template) in templates() {
        for (name, group) in of(&template, "AWS::EC2::SecurityGroup") {
            let rules = group["Properties"]["SecurityGroupEgress"].as_array();
            let rules = rules.unwrap_or_else(|| panic!("{file}: {name} says nothing about what it may reach"));
            found.insert((file.clone(), name.clone()), rules.iter().map(reach).collect::<Vec<_>>());
        }
        for (name, rule) in of(&template, "AWS::EC2::SecurityGroupEgress") {
            let group = rule["Properties"]["GroupId"]["Ref"].as_str().unwrap_or_else(|| panic!("{file}: {name}"));
            found.get_mut(&(file.clone(), group.to_owned())).unwrap().push(reach(&rule["Properties"]));
        }
    }
    let found: Vec<(&str, &str, Vec<&str>)> = found
        .iter()
        .map(|((file, name), rules)| (file.as_str(), name.as_str(), rules.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(found, REACHES.map(|(file, name, rules)| (file, name, rules.to_vec())));
}

/// A rule in words: protocol, ports, and the addresses or the group at the other end.
fn reach(rule: &Value) -> String {
    let port = |name: &str| rule[name].as_i64().map_or_else(|| "every port".to_owned(), |port| port.to_string());
    let (from, to) = (port("FromPort"), port("ToPort"));
    let ports = if from == to { from } else { format!("{from}-{to}") };
    let ends = ["CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"];
    let end = ends.into_iter().map(|end| &rule[end]).find(|end| !end.is_null()).unwrap_or_else(|| panic!("{rule}"));
    let named = end.as_str().or(end["Ref"].as_str()).map(str::to_owned);
    let attribute =
        || end["Fn::GetAtt"].as_array().map(|parts| parts.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    let end = named.or_else(|| Some(attribute()?.join("."))).unwrap_or_else(|| panic!("{rule}"));
    format!("{} {ports} to {end}", rule["IpProtocol"].as_str().unwrap())
}

/// A zone that fails takes one subnet of each pair with it, and leaves the other.
#[test]
fn each_pair_of_subnets_is_in_two_zones() {
    let template = read("infra/network.yaml");
    let mut pairs = 0;
    for side in ["Public", "Private"] {
        for (zone, letter) in ["A", "B"].into_iter().enumerate() {
            pairs += 1;
            let name = format!("{side}{letter}");
            let subnet = &template["Resources"][format!("{side}Subnet{letter}")]["Properties"];
            let expected = json!({"Fn::Select": [zone, {"Fn::GetAZs": ""}]});
            assert_eq!(subnet["AvailabilityZone"], expected, "{name}");
            let addresses = json!({"Fn::FindInMap": ["Addresses", {"Ref": "Environment"}, name]});
            assert_eq!(subnet["CidrBlock"], addresses, "{name}");
            assert_eq!(subnet["MapPublicIpOnLaunch"], Value::Null, "{name}");
            let routes = &template["Resources"][format!("{side}Routes{letter}")]["Properties"];
            assert_eq!(routes["SubnetId"]["Ref"], format!("{side}Subnet{letter}"), "{name}");
            assert_eq!(routes["RouteTableId"]["Ref"], format!("{side}Routes"), "{name}");
        }
        let ids = [format!("{side}SubnetA"), format!("{side}SubnetB")].map(|id| json!({"Ref": id}));
        assert_eq!(template["Outputs"][format!("{side}SubnetIds")]["Value"], json!({"Fn::Join": [",", ids]}), "{side}");
    }
    assert_eq!(of(&template, "AWS::EC2::Subnet").count(), pairs);
}
