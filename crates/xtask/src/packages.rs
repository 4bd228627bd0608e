//! Debian packages: what needs root is installed where there is root, and spelled out where not.

use crate::stage::{output_of, run};
use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// Installs Debian packages; `what` says what they are for.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if output_of(Command::new("id").arg("-u")).as_deref() != Some("0") {
        bail!(
            "{what} must be installed by root. Run\n\n    \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}\n\n\
             and then the same command again"
        );
    }
    println!("    installing {list} (Debian packages)");
    // The package lists of a new machine are often absent or old: the second try is with new ones.
    if apt_get(&["install"], packages).is_ok() {
        return Ok(());
    }
    apt_get(&["update"], &[])?;
    apt_get(&["install"], packages)
}

fn apt_get(command: &[&str], packages: &[&str]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.args(["-q", "-y", "--no-install-recommends"]).args(command).args(packages);
    apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).stdout(Stdio::null());
    run(&mut apt)
}
