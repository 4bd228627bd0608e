//! Stub.
use crate::stage::Stages;
/// Stub.
pub fn command(_stages: &mut Stages) -> anyhow::Result<()> {
    Ok(())
}
