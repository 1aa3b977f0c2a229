//! JUnit XML.

use std::time::Duration;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{CaseStatus, TestCase};

/// Reads the test cases of a document. The error says what is wrong with it, and where.
///
/// Elements that have nothing to do with the result of a test, such as properties and output, are passed over.
pub(super) fn read(document: &[u8]) -> Result<Vec<TestCase>, String> {
    let mut reader = Reader::from_reader(document);
    let mut reading = Reading::default();
    loop {
        let event = reader.read_event().map_err(|error| error.to_string());
        let position = reader.buffer_position();
        let at = |reason: String| format!("{reason} (at byte {position})");
        match event.map_err(at)? {
            Event::Start(start) => reading.open(&start).map_err(at)?,
            Event::Empty(start) => {
                reading.open(&start).map_err(at)?;
                reading.close();
            }
            Event::End(_) => reading.close(),
            Event::Text(text) => reading.write(&text.decode().map_err(|error| at(error.to_string()))?),
            Event::CData(text) => reading.write(&text.decode().map_err(|error| at(error.to_string()))?),
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref().map_err(|error| at(error.to_string()))?;
                let name = entity.decode().map_err(|error| at(error.to_string()))?;
                match (character, quick_xml::escape::resolve_predefined_entity(&name)) {
                    (Some(character), _) => reading.write(character.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => reading.write(text),
                    (None, None) => return Err(at(format!("unknown entity &{name};"))),
                }
            }
            Event::Eof => return reading.finish(),
            _ => {}
        }
    }
}

/// What has been read up to a place in the document.
#[derive(Default)]
struct Reading {
    /// The open elements.
    open: Vec<Vec<u8>>,
    begun: bool,
    /// The names of the open suites.
    suites: Vec<String>,
    /// What the element that tells of a result has said so far: the attribute, and the text.
    said: Option<(String, String)>,
    case: Option<TestCase>,
    cases: Vec<TestCase>,
}

impl Reading {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let local = start.local_name();
        let name = local.as_ref();
        let attribute = |name: &str| attribute(start, name);
        if self.open.is_empty() && (self.begun || !matches!(name, b"testsuites" | b"testsuite")) {
            let name = String::from_utf8_lossy(name).into_owned();
            return Err(format!("expected element type <testsuite> but have <{name}>"));
        }
        self.begun = true;
        match name {
            b"testsuite" => self.suites.push(attribute("name")?.unwrap_or_default()),
            b"testcase" => {
                if self.case.is_some() {
                    return Err("a testcase is inside of another".into());
                }
                let suite = attribute("classname")?.filter(|class| !class.is_empty());
                self.case = Some(TestCase {
                    suite: suite.or_else(|| self.suites.last().cloned()).unwrap_or_default(),
                    name: attribute("name")?.ok_or("a testcase has no name")?,
                    status: CaseStatus::Succeeded,
                    duration: attribute("time")?.map_or(Ok(Duration::ZERO), |time| duration(&time))?,
                    message: None,
                    file: String::new(),
                });
            }
            b"failure" | b"error" | b"skipped" => {
                if let Some(case) = self.case.as_mut().filter(|_| self.open.last().is_some_and(|of| of == b"testcase"))
                {
                    let status = match name {
                        b"failure" => CaseStatus::Failed,
                        b"error" => CaseStatus::Error,
                        _ => CaseStatus::Skipped,
                    };
                    // The worst of several counts.
                    let before = if case.status == CaseStatus::Succeeded { status } else { case.status };
                    case.status = status.min(before);
                    self.said = Some((attribute("message")?.unwrap_or_default(), String::new()));
                }
            }
            _ => {}
        }
        self.open.push(name.to_vec());
        Ok(())
    }

    fn write(&mut self, text: &str) {
        if let Some((_, said)) = &mut self.said {
            said.push_str(text);
        }
    }

    /// Ends the element that was opened last; the reader has checked that there is one.
    fn close(&mut self) {
        match self.open.pop().as_deref() {
            Some(b"testsuite") => drop(self.suites.pop()),
            Some(b"testcase") => self.cases.extend(self.case.take()),
            Some(b"failure" | b"error" | b"skipped") => {
                let said = self.said.take().map(|(message, text)| told(&message, text.trim()));
                if let (Some(case), Some(said)) = (&mut self.case, said.filter(|said| !said.is_empty())) {
                    case.message.get_or_insert(said);
                }
            }
            _ => {}
        }
    }

    fn finish(self) -> Result<Vec<TestCase>, String> {
        if let Some(open) = self.open.last() {
            return Err(format!("<{}> is not closed", String::from_utf8_lossy(open)));
        }
        if self.begun { Ok(self.cases) } else { Err("expected element type <testsuite> but have nothing".into()) }
    }
}

/// The attribute says it in short and comes first, the text says it at length.
fn told(message: &str, text: &str) -> String {
    match (message.trim(), text) {
        (message, "") => message.to_owned(),
        (message, text) if text.starts_with(message) => text.to_owned(),
        (message, text) => format!("{message}\n{text}"),
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_ref() == name.as_bytes() {
            let text = String::from_utf8(attribute.value.into_owned()).map_err(|error| error.to_string())?;
            let value = quick_xml::escape::unescape(&text).map_err(|error| error.to_string())?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Seconds with a fraction; some writers part thousands by commas.
fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.replace(',', "").parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| format!("time {text:?} is not a number of seconds"))
}
