//! Everything a developer runs: `cargo xtask setup | build | serve | test | check | bench`.

mod assemble;
mod bench;
mod build;
mod bundle;
mod check;
mod packages;
mod serve;
mod setup;
mod stage;
mod test;
mod tools;
mod wasm;

use anyhow::{Result, bail};
use stage::Stages;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  setup              install what is missing: wasm32 target, trunk, wasm-bindgen, wasm-opt, browsers, typos
  serve [--port N]   set up, build and serve the site on 127.0.0.1:8080, rebuilding on change
  build [--release]  build the site into dist/; --release also minifies the page
  test               set up and run every test: Rust, wasm, JavaScript, browser
  check              typos, formatting, JavaScript lint and types, clippy; cheapest first
  bench              measure the sampler in a headless browser; writes docs/bench.json and docs/results.md
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<ExitCode> {
    let mut stages = Stages::new();
    match arguments {
        ["setup"] => setup::everything(&mut stages).map(|()| stages.print_table()),
        ["build"] => build::command(&mut stages, false),
        ["build", "--release"] => build::command(&mut stages, true),
        ["serve"] => serve::command(&mut stages, 8080),
        ["serve", "--port", port] => match port.parse() {
            Ok(port) => serve::command(&mut stages, port),
            Err(_) => bail!("--port takes a number from 1 to 65535, not {port:?}"),
        },
        ["test"] => return test::command(&mut stages),
        ["check"] => check::command(&mut stages),
        ["bench"] => bench::command(&mut stages),
        // Not for hands: the hook that Trunk.toml names, and the voice of `serve`.
        ["assemble"] => assemble::command(),
        ["announce", port] => serve::announce(port),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("unknown command {:?}\n\n{USAGE}", other.join(" ")),
    }?;
    Ok(ExitCode::SUCCESS)
}
