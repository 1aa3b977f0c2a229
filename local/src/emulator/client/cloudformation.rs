//! What a stack gives out.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::{Caller, ClientError, EmulatorClient};

impl EmulatorClient {
    /// The outputs of a stack, by `DescribeStacks`: key -> value.
    pub async fn stack_outputs(&self, caller: &Caller, stack: &str) -> Result<BTreeMap<String, String>, ClientError> {
        let form = [("Action", "DescribeStacks"), ("Version", "2010-05-15"), ("StackName", stack)];
        let document = self.query("cloudformation:DescribeStacks", "cloudformation", &form, caller).await?;
        Ok(outputs(&document))
    }
}

/// The pairs of `OutputKey` and `OutputValue` in a document.
fn outputs(document: &[u8]) -> BTreeMap<String, String> {
    let mut reader = quick_xml::Reader::from_reader(document);
    let (mut found, mut key, mut element) = (BTreeMap::new(), String::new(), Vec::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => element = start.local_name().as_ref().to_vec(),
            Ok(Event::End(_)) => element.clear(),
            Ok(Event::Text(text)) => {
                let text = text.decode().unwrap_or_default().into_owned();
                match element.as_slice() {
                    b"OutputKey" => key = text,
                    b"OutputValue" => drop(found.insert(std::mem::take(&mut key), text)),
                    _ => {}
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_pairs() {
        let document = b"<R><Outputs><member><OutputKey>A</OutputKey><OutputValue>1</OutputValue></member>
            <member><OutputKey>B</OutputKey><Description>d</Description><OutputValue>2</OutputValue></member></Outputs></R>";
        let expected = [("A", "1"), ("B", "2")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(outputs(document), BTreeMap::from(expected));
        for nothing in [&b""[..], b"<R/>", b"not xml", b"<OutputKey>A</OutputKey>"] {
            assert!(outputs(nothing).is_empty(), "{nothing:?}");
        }
    }
}
