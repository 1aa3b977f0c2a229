//! Reports of small files.

mod cargo;

use std::collections::BTreeMap;

use super::*;
use crate::build::buildspec::Buildspec;

/// The cases of a document, a line each.
fn cases(document: &str) -> Result<Vec<String>, String> {
    let line = |case: TestCase| {
        let message = case.message.map(|message| format!(": {message}")).unwrap_or_default();
        format!("{} {}/{} {} ms{message}", case.status, case.suite, case.name, case.duration.as_millis())
    };
    Ok(junit::read(document.as_bytes())?.into_iter().map(line).collect())
}

#[test]
fn cases_have_a_result_and_a_reason() {
    for (document, expected) in [
        ("<testsuite name='s'><testcase name='a' time='1.5'/></testsuite>", &["SUCCEEDED s/a 1500 ms"][..]),
        ("<testsuite><testcase name='a' time='1,234'/></testsuite>", &["SUCCEEDED /a 1234000 ms"]),
        (
            "<?xml version='1.0'?><testsuites><testsuite name='s'><properties><property name='x'/></properties>
             <testcase classname='c' name='a'><system-out>said</system-out></testcase>
             <testsuite name='t'><testcase name='b'><skipped/></testcase></testsuite>
             <testcase name='d'><skipped message='later'/></testcase></testsuite></testsuites>",
            &["SUCCEEDED c/a 0 ms", "SKIPPED t/b 0 ms", "SKIPPED s/d 0 ms: later"],
        ),
        (
            "<testsuite name='s'><testcase name='a &amp; &lt;b&gt;'><failure message='1 &lt; 2'>at &quot;x&quot; &#99;<![CDATA[<d>]]>\n</failure></testcase>
             <testcase name='e'><error message='broken'/></testcase>
             <testcase name='f'><failure message='the same'>the same at length</failure></testcase>
             <testcase name='g'><skipped/><failure>no</failure><failure>neither</failure></testcase></testsuite>",
            &[
                "FAILED s/a & <b> 0 ms: 1 < 2\nat \"x\" c<d>",
                "ERROR s/e 0 ms: broken",
                "FAILED s/f 0 ms: the same at length",
                "FAILED s/g 0 ms: no",
            ],
        ),
        // Failures of a suite are of no test.
        ("<testsuite name='s'><failure>x</failure><testcase name='a'/></testsuite>", &["SUCCEEDED s/a 0 ms"]),
        ("<testsuites></testsuites>", &[]),
    ] {
        assert_eq!(cases(document).unwrap(), expected, "{document}");
    }
}

#[test]
fn what_is_no_report_is_said() {
    for (document, expected) in [
        ("", "expected element type <testsuite> but have nothing"),
        ("all good", "expected element type <testsuite> but have nothing"),
        ("<coverage/>", "expected element type <testsuite> but have <coverage>"),
        ("<testsuite/><testsuite/>", "expected element type <testsuite> but have <testsuite>"),
        ("<testsuite><testcase name='a'>", "<testcase> is not closed"),
        ("<testsuite></testsuites>", "at byte"),
        ("<testsuite><testcase name='a'/>", "<testsuite> is not closed"),
        ("<testsuite><testcase/></testsuite>", "a testcase has no name"),
        ("<testsuite><testcase name='a'><testcase name='b'/></testcase></testsuite>", "inside of another"),
        ("<testsuite><testcase name='a' time='long'/></testsuite>", "time \"long\" is not a number of seconds"),
        ("<testsuite><testcase name='a' time='-1'/></testsuite>", "time \"-1\""),
        ("<testsuite><testcase name='&x;'/></testsuite>", "x"),
        ("<testsuite><testcase name='a'><failure>&x;</failure></testcase></testsuite>", "unknown entity &x;"),
        ("<testsuite><testcase name=a/></testsuite>", "at byte"),
    ] {
        let problem = cases(document).unwrap_err();
        assert!(problem.contains(expected), "{document}: {problem}");
    }
}

fn spec(reports: &str) -> Result<BTreeMap<String, ReportSpec>, String> {
    Ok(Buildspec::parse(&format!("version: 0.2\nphases: {{}}\nreports: {reports}"))?.reports)
}

#[test]
fn report_groups_of_a_buildspec() {
    for (reports, expected) in [
        ("{}", Ok(0)),
        ("{tests: {files: [a.xml]}}", Ok(1)),
        ("{a_B-1: {files: ['**/*'], base-directory: x, discard-paths: yes, file-format: JUnitXml}}", Ok(1)),
        ("{'arn:aws:codebuild:us-east-1:123456789012:report-group/a': {files: [a]}, b: {files: [b]}}", Ok(2)),
        ("{a: {}}", Err("reports.a: files is missing")),
        ("{a: {files: []}}", Err("reports.a: files is missing")),
        ("{a: {files: [a], format: X}}", Err("format")),
        ("{a: {files: [a], file-format: CucumberJson}}", Err("file-format CucumberJson is not read here: the local")),
        ("{a: {files: [a], file-format: COBERTURAXML}}", Err("knows JUNITXML alone")),
        ("{a: {files: [a], file-format: TAP}}", Err("\"TAP\" is none of CodeBuild's: JUNITXML, which is read here, ")),
        ("{$GROUP: {files: [a]}}", Err("reports.$GROUP: expected a name")),
        ("{'': {files: [a]}}", Err("expected a name")),
        ("{'arn:aws:s3:::b': {files: [a]}}", Err("or the ARN of a report group")),
        ("{'arn:aws:codebuild:us-east-1:123456789012:project/a': {files: [a]}}", Err("the ARN of a report group")),
        (
            "{a: {files: [a]}, b: {files: [a]}, c: {files: [a]}, d: {files: [a]}, e: {files: [a]}, f: {files: [a]}}",
            Err("reports has 6 report groups: CodeBuild takes 5 at most"),
        ),
    ] {
        match (spec(reports), expected) {
            (Ok(read), Ok(count)) => assert_eq!(read.len(), count, "{reports}"),
            (Err(problem), Err(part)) => assert!(problem.contains(part), "{problem}"),
            (read, _) => panic!("{reports}: {read:?}"),
        }
    }
}

#[test]
fn reports_are_made_of_the_files_that_match() {
    let folder = tempfile::tempdir().unwrap();
    let good = "<testsuite name='s'><testcase name='a'/></testsuite>";
    let bad = "<testsuite name='s'><testcase name='b'><failure>the secret</failure></testcase></testsuite>";
    for (file, content) in
        [("out/a.xml", good), ("out/deep/b.xml", bad), ("out/c.txt", "text"), ("none.xml", "<testsuites/>")]
    {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    for (report, status, files, problem) in [
        ("{files: ['*.xml'], base-directory: out}", ReportStatus::Succeeded, &["a.xml"][..], ""),
        ("{files: ['out/**/*.xml']}", ReportStatus::Failed, &["out/a.xml", "out/deep/b.xml"], ""),
        (
            "{files: ['**/*.xml'], base-directory: out, discard-paths: yes}",
            ReportStatus::Failed,
            &["a.xml", "b.xml"],
            "",
        ),
        ("{files: [none.xml]}", ReportStatus::Succeeded, &[], ""),
        ("{files: [gone.xml]}", ReportStatus::Incomplete, &[], "no matching report paths found for [\"gone.xml\"]"),
        (
            "{files: ['*'], base-directory: gone}",
            ReportStatus::Incomplete,
            &[],
            "base-directory \"gone\" is not a folder",
        ),
        ("{files: ['../a.xml']}", ReportStatus::Incomplete, &[], "not a path relative"),
        (
            "{files: [c.txt], base-directory: out}",
            ReportStatus::Incomplete,
            &[],
            "error processing report: c.txt: expected",
        ),
    ] {
        let specs = spec(&format!("{{tests: {report}}}")).unwrap();
        let made = collect("tests", &specs["tests"], folder.path(), |text| text.replace("secret", "***"));
        let of: Vec<&str> = made.cases.iter().map(|case| case.file.as_str()).collect();
        assert_eq!((made.status, of.as_slice()), (status, files), "{report}");
        let told = made.problem.clone().unwrap_or_default();
        assert!(told.contains(problem) && told.is_empty() == problem.is_empty(), "{report}: {told}");
        assert!(made.failures().all(|case| case.message.as_deref() == Some("the ***")), "{made:?}");
    }
}
