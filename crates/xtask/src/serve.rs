//! `cargo xtask serve`: sets up, builds, serves, and builds again when a file changes.

use crate::stage::Stages;
use crate::{build, setup};
use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Serves the site on 127.0.0.1 until it is stopped.
pub fn command(stages: &mut Stages, port: u16) -> Result<()> {
    ensure!(port != 0, "--port takes a number from 1 to 65535, not 0");
    let address = (Ipv4Addr::LOCALHOST, port);
    TcpListener::bind(address)
        .with_context(|| format!("port {port} is taken: choose another with --port"))?;
    setup::site(stages)?;
    build::build(stages, false)?;

    stages.print_table();
    // Trunk takes this process's place, so that whoever stops it stops the server; a child says
    // when the server answers.
    Command::new(env::current_exe()?).args(["announce", &port.to_string()]).spawn()?;
    let mut trunk = build::trunk()?;
    Err(trunk.args(["serve", "--port", &port.to_string()]).exec()).context("cannot start trunk")
}

/// Waits for the server and prints its address.
pub fn announce(port: &str) -> Result<()> {
    let port: u16 = port.parse()?;
    for _ in 0..1200 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            println!(
                "\nHalfdrawn is on http://127.0.0.1:{port}/ (Ctrl-C stops it; a changed file rebuilds it)"
            );
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("nothing answers on port {port}")
}
