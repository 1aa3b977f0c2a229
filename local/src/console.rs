//! What a person sees while the command works.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// As much of a message as fits beside the spinner on most terminals.
const BUSY_CHARACTERS: usize = 100;

/// Writes progress to standard error and results to standard output.
#[derive(Debug, Clone)]
pub struct Console {
    bar: ProgressBar,
    live: bool,
}

/// One piece of work that is under way. Dropping it without an end leaves no line behind.
#[derive(Debug)]
pub struct Step<'a> {
    console: &'a Console,
    what: String,
    started: Instant,
}

impl Console {
    /// A console with a spinner when standard error is a terminal, and with plain lines otherwise.
    #[must_use]
    pub fn new() -> Self {
        let live = std::io::stderr().is_terminal();
        let bar = if live { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        Self { bar, live }
    }

    /// Starts a piece of work: a spinner on a terminal, a line elsewhere.
    pub fn step(&self, what: impl Into<String>) -> Step<'_> {
        let what = what.into();
        if self.live {
            self.bar.reset_elapsed();
            self.bar.set_message(what.clone());
            self.bar.enable_steady_tick(TICK);
        } else {
            self.note(format_args!("… {what}"));
        }
        Step { console: self, what, started: Instant::now() }
    }

    /// What is under way right now: shown beside the spinner, and nowhere when there is none.
    pub fn busy(&self, what: impl Display) {
        if self.live {
            self.bar.set_message(what.to_string().chars().take(BUSY_CHARACTERS).collect::<String>());
            self.bar.enable_steady_tick(TICK);
        }
    }

    /// Nothing is under way.
    pub fn idle(&self) {
        self.bar.disable_steady_tick();
        self.bar.set_message("");
    }

    /// One line about what happens.
    pub fn note(&self, line: impl Display) {
        self.bar.suspend(|| {
            // A closed standard error is no reason to stop working.
            let _ = writeln!(std::io::stderr(), "{line}");
        });
    }

    /// A result, on standard output.
    pub fn print(&self, text: impl Display) {
        self.bar.suspend(|| {
            let _ = writeln!(std::io::stdout(), "{text}");
        });
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Step<'_> {
    /// The work is done: says so, with the time it took.
    pub fn done(self) {
        let took = self.started.elapsed().as_secs_f64();
        self.console.idle();
        self.console.note(format_args!("✓ {} ({took:.1} s)", self.what));
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        self.console.idle();
    }
}
