//! Timed stages: each says what it is doing, and a table at the end says how long each took.

use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// The stages of one command, in order.
pub struct Stages {
    finished: Vec<(String, Duration, bool)>,
}

impl Stages {
    /// No stage yet.
    pub fn new() -> Self {
        Self { finished: Vec::new() }
    }

    /// Runs `work` as the stage `name`, announcing it and remembering how long it took.
    pub fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("==> {name}");
        let start = Instant::now();
        let result = work().with_context(|| name.to_owned());
        let took = start.elapsed();
        self.finished.push((name.to_owned(), took, result.is_ok()));
        println!(
            "    {} {:.1} s",
            if result.is_ok() { "done in" } else { "FAILED after" },
            took.as_secs_f64()
        );
        result
    }

    /// Prints how long each stage took. Nothing ran, nothing printed.
    pub fn print_table(&self) {
        print!("{}", self.table());
    }

    fn table(&self) -> String {
        let mut table = String::new();
        let width = self.finished.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        let total: Duration = self.finished.iter().map(|(_, took, _)| *took).sum();
        for (name, took, ok) in &self.finished {
            let note = if *ok { "" } else { "  FAILED" };
            let _ = writeln!(table, "  {name:<width$}  {:>8.1} s{note}", took.as_secs_f64());
        }
        if self.finished.len() > 1 {
            let _ = writeln!(table, "  {:<width$}  {:>8.1} s", "in all", total.as_secs_f64());
        }
        table
    }
}

/// Runs a command to its end; an error names it and how it ended.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", describe(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", describe(command));
    }
    Ok(())
}

/// Runs a command and returns what it printed; None where it cannot be started or fails.
pub fn output_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_stage_and_marks_the_one_that_failed() {
        let mut stages = Stages::new();
        stages.run("first", || Ok(())).expect("the stage succeeds");
        let failed: Result<()> = stages.run("second", || bail!("broken"));
        assert_eq!(format!("{:#}", failed.unwrap_err()), "second: broken");
        let table = stages.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].contains("first") && !lines[0].contains("FAILED"));
        assert!(lines[1].contains("second") && lines[1].ends_with("FAILED"));
        assert!(lines[2].contains("in all"));
    }

    #[test]
    fn a_failing_command_is_named_in_its_error() {
        let error = run(Command::new("false").arg("--really")).unwrap_err();
        assert!(error.to_string().starts_with("false --really ended with"));
    }
}
