//! `halfdrawn`: trains, exports, evaluates, samples and inspects the models.

mod adversarial;
mod card;
mod classifier;
mod dataset;
mod device;
mod evaluate;
mod export;
mod files;
mod game;
mod game_export;
mod inspect;
mod judge;
mod latent;
mod probes;
mod sample;
mod train;
mod watch;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Generative models of handwritten digits: train them, measure them, ship them.
#[derive(Parser)]
#[command(name = "halfdrawn", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a model; stops and goes on at any moment without losing a bit.
    Train(train::Arguments),
    /// Write a trained model to pretrained/: 16-bit weights, golden sample, card.
    Export(export::Arguments),
    /// Measure the models in pretrained/ on the test digits; writes docs/results.md.
    Eval(evaluate::Arguments),
    /// Draw pictures from a model, in the terminal.
    Sample(sample::Arguments),
    /// Print what a model consists of.
    Inspect(inspect::Arguments),
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Train(arguments) => train::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Eval(arguments) => evaluate::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn no_two_arguments_of_a_command_have_one_name() {
        super::Arguments::command().debug_assert();
    }
}
