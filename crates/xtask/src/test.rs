//! `cargo xtask test`: every test there is, one closing line for all of them.

use crate::build;
use crate::setup;
use crate::stage::{Stages, describe};
use crate::{tools, wasm};
use anyhow::{Context, Result, bail};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

/// How long one file of JavaScript tests may take before it counts as failed, in milliseconds.
const TEST_TIMEOUT: &str = "900000";

/// Sets up and runs every test. Its last line is the count over all runners.
pub fn command(stages: &mut Stages) -> Result<ExitCode> {
    setup::everything(stages)?;
    let mut all = Counts::default();
    let mut native = tools::cargo();
    native.args(["test", "--workspace", "--no-fail-fast"]);
    all.add(stages.run("Rust tests", || counted(&mut native)));
    all.add(stages.run("wasm tests", || counted(&mut wasm_tests()?)));
    all.add(stages.run("JavaScript tests", || counted(&mut node_tests("unit"))));
    if build::build(stages, true).is_ok() {
        all.add(stages.run("browser tests", || counted(&mut node_tests("browser"))));
    } else {
        all.failed += 1;
    }
    println!();
    stages.print_table();
    println!("\n{all}");
    Ok(if all.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn wasm_tests() -> Result<Command> {
    let (mut cargo, _) = wasm::cargo()?;
    // The runner comes with wasm-bindgen and runs the tests in node.
    let bindgen = tools::installed("wasm-bindgen", &tools::wasm_bindgen_version()?)?;
    let runner = bindgen.with_file_name("wasm-bindgen-test-runner");
    cargo.args(["test", "--package", "halfdrawn-web", "--target", wasm::TARGET]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    Ok(cargo)
}

/// The tests of one folder of tests/, one file after the other: the machine has two cores.
fn node_tests(folder: &str) -> Command {
    let mut node = tools::node();
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
    // The page's modules are told from scripts by what they hold, not by a package.json.
    node.arg("--disable-warning=MODULE_TYPELESS_PACKAGE_JSON");
    node.arg(format!("--test-timeout={TEST_TIMEOUT}"));
    let mut files: Vec<_> = std::fs::read_dir(tools::root().join("tests").join(folder))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    node.args(files);
    node
}

/// Runs a test runner, shows what it says, and counts. A runner that fails without a failed test
/// (it did not compile, say) counts as one.
fn counted(command: &mut Command) -> Result<Counts> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    let mut counts = Counts::default();
    let output = child.stdout.take().context("the runner has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        counts.read(&line);
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        bail!("{} ended with {status}", describe(command));
    }
    Ok(counts)
}

/// Tests passed, failed and skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Counts {
    fn add(&mut self, other: Result<Self>) {
        match other {
            Ok(other) => {
                self.passed += other.passed;
                self.failed += other.failed;
                self.skipped += other.skipped;
            }
            Err(error) => {
                println!("    {error:#}");
                self.failed += 1;
            }
        }
    }

    /// Takes the closing lines of cargo's test runner and of node's.
    fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            let rest = result.split_once(". ").map_or("", |(_, rest)| rest);
            for part in rest.split("; ") {
                self.note(part.split_once(' '));
            }
        } else if let Some(summary) = line.strip_prefix("ℹ ") {
            self.note(summary.split_once(' ').map(|(word, number)| (number, word)));
        }
    }

    fn note(&mut self, pair: Option<(&str, &str)>) {
        let Some((number, word)) = pair else { return };
        let Ok(number) = number.parse::<u32>() else { return };
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_cargo_and_node_add_up() {
        let mut counts = Counts::default();
        for line in [
            "test masks::tests::a_half_is_a_half ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out",
            "ℹ tests 9",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 2",
            "ℹ skipped 1",
            "ℹ duration_ms 381.5",
        ] {
            counts.read(line);
        }
        assert_eq!(counts, Counts { passed: 18, failed: 5, skipped: 2 });
        assert_eq!(counts.to_string(), "18 passed, 5 failed, 2 skipped");
    }

    #[test]
    fn a_runner_that_breaks_counts_as_a_failure() {
        let broken = counted(Command::new("sh").args(["-c", "echo no test; exit 3"]));
        let mut counts = Counts::default();
        counts.add(broken);
        assert_eq!(counts.to_string(), "0 passed, 1 failed");
    }
}
