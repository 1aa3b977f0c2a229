//! The measurements as one table.

use std::io::{self, Write};

use crate::peer::Peer;
use crate::round::{Measures, megabytes};
use crate::statistics::Summary;

/// A line of the table: what was measured, and of which measurements.
struct Line {
    what: &'static str,
    values: fn(&Peer, &Measures) -> Vec<f64>,
}

const LINES: [Line; 9] = [
    Line { what: "init, CPU ms", values: |_, measures| measures.init_cpu.clone() },
    Line { what: "exec to first poll, ms", values: |_, measures| measures.init.clone() },
    Line { what: "first event, CPU ms", values: |_, measures| measures.first_cpu.clone() },
    Line { what: "first event, ms", values: |_, measures| measures.first.clone() },
    Line { what: "later event, CPU ms", values: |_, measures| measures.later_cpu.clone() },
    Line { what: "later event, ms", values: |_, measures| measures.later.clone() },
    Line { what: "first event at the CPU share of 128 MB, ms", values: |_, measures| measures.first_at_share.clone() },
    Line { what: "peak memory, MB", values: |_, measures| measures.peak.clone() },
    Line { what: "zip, MB", values: |peer, _| peer.zip_bytes.map(megabytes).into_iter().collect() },
];

/// Writes the table, one row a measure and program. Ratios are of minima, which other work on the machine disturbs
/// least: how many times the first program's (the floor), and how many times as much the last one (the peer) takes.
pub(crate) fn write(out: &mut impl Write, results: &[(&Peer, &Measures)]) -> io::Result<()> {
    let (floor_name, last_name) = match results {
        [(first, _), .., (last, _)] => (first.name, last.name),
        _ => return Ok(()),
    };
    writeln!(out, "| what | program | median | min | spread | times {floor_name} | {last_name}: times this |")?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|")?;
    for line in &LINES {
        let summaries: Vec<_> =
            results.iter().map(|(peer, measures)| Summary::of(&(line.values)(peer, measures))).collect();
        let [floor, .., last] = summaries.as_slice() else { continue };
        for ((peer, _), summary) in results.iter().zip(&summaries) {
            let Some(Summary { median, min, spread }) = *summary else { continue };
            let to_floor = floor.map(|floor| min / floor.min);
            let to_last = last.map(|last| last.min / min);
            let [median, min, spread] = [median, min, spread].map(number);
            let [to_floor, to_last] = [to_floor, to_last].map(|ratio| ratio.map(number).unwrap_or_default());
            writeln!(out, "| {} | {} | {median} | {min} | {spread} | {to_floor} | {to_last} |", line.what, peer.name)?;
        }
    }
    Ok(())
}

/// Three digits that count, as far as there are as many.
fn number(value: f64) -> String {
    match value {
        ..0.995 => format!("{value:.2}"),
        ..9.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &'static str, zip_bytes: Option<u64>) -> Peer {
        let (arguments, environment) = (Vec::new(), Vec::new());
        Peer { name, program: "program".into(), arguments, environment, does_the_job: true, zip_bytes }
    }

    #[test]
    fn ratios_are_of_minima_to_the_first_program_and_the_last() {
        let floor = Measures { init_cpu: vec![2.0, 3.0, 4.0], ..Measures::default() };
        let other = Measures { init_cpu: vec![30.0, 20.0, 500.0], ..Measures::default() };
        let mut out = Vec::new();
        let (first, second) = (peer("floor", Some(1_048_576)), peer("other", None));
        write(&mut out, &[(&first, &floor), (&second, &other)]).unwrap();
        let text = String::from_utf8(out).unwrap();
        let rows: Vec<&str> = text.lines().skip(2).collect();
        let expected = [
            "| init, CPU ms | floor | 3.0 | 2.0 | 1.0 | 1.0 | 10 |",
            "| init, CPU ms | other | 30 | 20 | 470 | 10 | 1.0 |",
            "| zip, MB | floor | 1.0 | 1.0 | 0.00 | 1.0 |  |",
        ];
        assert_eq!(rows, expected);
    }
}
