//! `cargo xtask serve`: sets up, builds, serves, and builds again when a file changes.

use crate::stage::Stages;
use crate::{build, setup};
use anyhow::{Context, Result, bail, ensure};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Serves the site on 127.0.0.1 until it is stopped.
pub fn command(stages: &mut Stages, port: u16) -> Result<()> {
    ensure!(port != 0, "--port takes a number from 1 to 65535, not 0");
    let address = (Ipv4Addr::LOCALHOST, port);
    TcpListener::bind(address)
        .with_context(|| format!("port {port} is taken: choose another with --port"))?;
    setup::setup(stages)?;
    build::build(stages, false)?;

    let mut trunk = build::trunk()?;
    trunk.args(["serve", "--port"]).arg(port.to_string());
    let mut server = trunk.spawn().context("cannot start trunk")?;
    while TcpStream::connect(address).is_err() {
        if let Some(status) = server.try_wait()? {
            bail!("trunk serve ended with {status}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    stages.print_table();
    println!(
        "\nHalfdrawn is on http://127.0.0.1:{port}/ (Ctrl-C stops it; a changed file rebuilds it)"
    );
    let status = server.wait()?;
    ensure!(status.success(), "trunk serve ended with {status}");
    Ok(())
}
