//! `halfdrawn inspect`: what a model consists of.

use anyhow::Result;

use crate::files;

/// What `inspect` takes.
#[derive(clap::Args)]
pub struct Arguments {
    /// A model of pretrained/; all by default, names and sizes only.
    model: Option<String>,
}

/// Prints the tensors of a model with their shapes and spread.
pub fn run(arguments: &Arguments) -> Result<()> {
    let Some(name) = &arguments.model else {
        for name in files::names() {
            println!("{name}: {} parameters", files::read_weights(&name)?.parameters.len());
        }
        return Ok(());
    };
    let weights = files::read_weights(name)?;
    println!("{}", serde_json::to_string_pretty(&weights.architecture)?);
    for tensor in weights.architecture.parameters().tensors() {
        let values = &weights.parameters[tensor.range()];
        let squares: f32 = values.iter().map(|value| value * value).sum();
        let spread = (squares / values.len() as f32).sqrt();
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let shape = format!("{:?}", tensor.shape);
        println!("{:32} {shape:16} rms {spread:8.4}  largest {largest:8.4}", tensor.name);
    }
    println!("{} parameters", weights.parameters.len());
    Ok(())
}
