//! What a stack gives out, and what it consists of.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::s3::{resolved, text_of};
use super::{Caller, ClientError, EmulatorClient};

/// The version of the API.
const VERSION: (&str, &str) = ("Version", "2010-05-15");

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, such as `AWS::SNS::Topic`.
    pub kind: String,
    /// Its name or ARN in the account; empty before it is made.
    pub physical_id: String,
    /// Where it is, such as `CREATE_COMPLETE`.
    pub status: String,
}

impl EmulatorClient {
    /// The outputs of a stack, by `DescribeStacks`: key -> value.
    pub async fn stack_outputs(&self, caller: &Caller, stack: &str) -> Result<BTreeMap<String, String>, ClientError> {
        self.described(caller, stack, [b"OutputKey", b"OutputValue"]).await
    }

    /// The parameters of a stack, by `DescribeStacks`: key -> value.
    pub async fn stack_parameters(
        &self,
        caller: &Caller,
        stack: &str,
    ) -> Result<BTreeMap<String, String>, ClientError> {
        self.described(caller, stack, [b"ParameterKey", b"ParameterValue"]).await
    }

    async fn described(
        &self,
        caller: &Caller,
        stack: &str,
        names: [&[u8]; 2],
    ) -> Result<BTreeMap<String, String>, ClientError> {
        let form = [("Action", "DescribeStacks"), VERSION, ("StackName", stack)];
        let document = self.query("cloudformation:DescribeStacks", "cloudformation", &form, caller).await?;
        let pairs = records(&document, names).into_iter().filter(|[key, _]| !key.is_empty());
        Ok(pairs.map(|[key, value]| (key, value)).collect())
    }

    /// The template of a stack after its transforms, by `GetTemplate`: JSON, or YAML as it was written.
    pub async fn processed_template(&self, caller: &Caller, stack: &str) -> Result<String, ClientError> {
        let operation = "cloudformation:GetTemplate";
        let form = [("Action", "GetTemplate"), VERSION, ("StackName", stack), ("TemplateStage", "Processed")];
        let document = self.query(operation, "cloudformation", &form, caller).await?;
        let unreadable =
            || ClientError::Unreadable { operation, status: 200, reason: "no TemplateBody in it".to_owned() };
        text_of(&document, b"TemplateBody").ok_or_else(unreadable)
    }

    /// The names and ids of the account's stacks, nested ones among them, by `DescribeStacks`.
    pub async fn stacks(&self, caller: &Caller) -> Result<Vec<[String; 2]>, ClientError> {
        let form = [("Action", "DescribeStacks"), VERSION];
        let document = self.query("cloudformation:DescribeStacks", "cloudformation", &form, caller).await?;
        let stacks = records(&document, [b"StackName", b"StackId"]);
        Ok(stacks.into_iter().filter(|[name, _]| !name.is_empty()).collect())
    }

    /// The resources of a stack, without those of stacks nested in it, by `ListStackResources`.
    pub async fn stack_resources(&self, caller: &Caller, stack: &str) -> Result<Vec<StackResource>, ClientError> {
        let mut resources = Vec::new();
        let mut next = None;
        loop {
            let mut form = vec![("Action", "ListStackResources"), VERSION, ("StackName", stack)];
            form.extend(next.as_deref().map(|token| ("NextToken", token)));
            let document = self.query("cloudformation:ListStackResources", "cloudformation", &form, caller).await?;
            let names: [&[u8]; 4] = [b"LogicalResourceId", b"ResourceType", b"PhysicalResourceId", b"ResourceStatus"];
            resources.extend(records(&document, names).into_iter().map(|[logical_id, kind, physical_id, status]| {
                StackResource { logical_id, kind, physical_id, status }
            }));
            next = text_of(&document, b"NextToken");
            if next.is_none() {
                return Ok(resources);
            }
        }
    }
}

/// The texts of the named elements, of each `member` that has one of them; an element that is missing is empty.
fn records<const N: usize>(document: &[u8], names: [&[u8]; N]) -> Vec<[String; N]> {
    let mut reader = quick_xml::Reader::from_reader(document);
    let empty = || [(); N].map(|()| String::new());
    let (mut found, mut record, mut inside) = (Vec::new(), empty(), None);
    loop {
        let text = match reader.read_event() {
            Ok(Event::Start(start)) => {
                inside = names.iter().position(|name| *name == start.local_name().as_ref());
                continue;
            }
            Ok(Event::End(end)) => {
                inside = None;
                if end.local_name().as_ref() == b"member" && record.iter().any(|text| !text.is_empty()) {
                    found.push(std::mem::replace(&mut record, empty()));
                }
                continue;
            }
            Ok(Event::Text(text)) => text.decode().unwrap_or_default().into_owned(),
            Ok(Event::GeneralRef(entity)) => resolved(&entity).unwrap_or_default(),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => continue,
        };
        if let Some(index) = inside {
            record[index].push_str(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_record() {
        let document = b"<R><Outputs><member><OutputKey>A</OutputKey><OutputValue>1&amp;0</OutputValue></member>
            <member><OutputKey>B</OutputKey><Description>d</Description><OutputValue>2</OutputValue></member>
            <member><OutputKey>C</OutputKey></member><member><Other>3</Other></member></Outputs></R>";
        let expected = [["A", "1&0"], ["B", "2"], ["C", ""]].map(|pair| pair.map(str::to_owned));
        assert_eq!(records(document, [b"OutputKey", b"OutputValue"]), expected);
        for nothing in [&b""[..], b"<R/>", b"not xml", b"<OutputKey>A</OutputKey>"] {
            assert!(records(nothing, [b"OutputKey", b"OutputValue"]).is_empty(), "{nothing:?}");
        }
    }
}
