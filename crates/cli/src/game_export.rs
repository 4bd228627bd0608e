//! `halfdrawn export` and `halfdrawn sample` of a generative adversarial network.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use halfdrawn_data::{Digits, PIXELS, SIDE};
use halfdrawn_format::Weights;
use halfdrawn_models::Regulariser;
use halfdrawn_training::{Compute, Game, GameCheckpoint, GanExplorer};
use serde_json::json;

use crate::dataset::Dataset;
use crate::device::block_on;
use crate::export::hexadecimal;
use crate::watch::read_checkpoint;

/// A game's checkpoint as files of pretrained/.
pub struct Exported {
    /// The averaged generator and its critic, in full precision.
    pub weights: Weights,
    /// The text of `golden.json`.
    pub golden: String,
    /// The text of `CARD.md`.
    pub card: String,
    /// What the players paid.
    pub loss: &'static str,
}

/// Makes the files of the checkpoint at `path`.
pub fn export(
    name: &str,
    path: &Path,
    command: Option<&str>,
    dataset: Dataset,
) -> Result<Exported> {
    let checkpoint = read_checkpoint(path, GameCheckpoint::from_bytes)?;
    if checkpoint.state.generator.step == 0 {
        bail!("this game has not finished a round: nothing has been learned yet");
    }
    if checkpoint.gan.planes > 1 {
        bail!("the page shows pictures of one plane: measure this run with halfdrawn eval --run");
    }
    let (digits, _) = dataset.load(None)?;
    let pictures = digits.len();
    let weights = weights(name, &checkpoint, digits)?;
    let golden = samples(&weights.rounded()?)?;
    let card = card(name, &checkpoint, pictures, command, dataset);
    Ok(Exported { weights, golden, card, loss: checkpoint.options.loss.name() })
}

/// The averaged generator of a game on `digits`, and its critic.
pub fn weights(name: &str, checkpoint: &GameCheckpoint, digits: Digits) -> Result<Weights> {
    let mut game = Game::resume(checkpoint.clone(), Arc::new(digits), Compute::Cpu)?;
    Ok(block_on(game.weights(name)))
}

/// Four pictures from the prior, ink in 255 steps, two hexadecimal digits a pixel, and what the critic
/// says of them: what every build must reproduce to a step.
fn samples(weights: &Weights) -> Result<String> {
    const SEED: u64 = 7;
    const COUNT: usize = 4;
    let mut explorer = GanExplorer::load(weights, &Compute::Cpu)?;
    let labels: Vec<u8> = match weights.architecture.conditional() {
        true => (0..COUNT as u8).collect(),
        false => Vec::new(),
    };
    let pictures = explorer.sample(COUNT, SEED, &labels)?;
    let verdict = explorer.verdict(&pictures, &labels)?;
    let length = pictures.len() / COUNT;
    let images: Vec<String> = pictures.chunks(length).map(hexadecimal).collect();
    let golden = json!({
        "seed": SEED,
        "count": COUNT,
        "labels": labels,
        "images": images,
        "verdict": verdict,
    });
    Ok(serde_json::to_string_pretty(&golden)? + "\n")
}

fn card(
    name: &str,
    checkpoint: &GameCheckpoint,
    pictures: usize,
    command: Option<&str>,
    dataset: Dataset,
) -> String {
    let (options, state) = (&checkpoint.options, &checkpoint.state);
    // Of a run that was gone on with, a checkpoint knows the last options alone.
    let last =
        if command.is_some_and(|told| told.contains("--resume")) { "at the end " } else { "" };
    let command = command.map_or_else(|| own_command(checkpoint, dataset), str::to_string);
    let epochs = state.critic.step as f64 * options.batch as f64 / pictures as f64;
    let count = checkpoint.gan.parameters().len();
    let generator = checkpoint.gan.generator_len();
    let data = dataset.learned();
    let kept = match options.regulariser {
        Regulariser::None => "nothing".into(),
        Regulariser::Clip(limit) => format!("weights clipped to ±{limit}"),
        Regulariser::Spectral => {
            "spectral normalisation, by which the stored weights are divided already".into()
        }
    };
    let smoothing = match options.smoothing {
        0.0 => String::new(),
        smoothing => format!(", with a smoothing of {smoothing}"),
    };
    format!(
        "# {name}\n\n\
         | | |\n|---|---|\n\
         | parameters | {count}: generator {generator}, critic {} |\n\
         | data | {data}, in grey levels |\n\
         | seed | {} |\n\
         | game | {last}{}; the critic kept from becoming steep by {kept}{smoothing}; {} of its turns to one of the generator |\n\
         | trained for | {} rounds of {} pictures, {epochs:.1} epochs; average of the generator's weights, last of the critic's |\n\
         | command | `{command}` then `halfdrawn export {name}` |\n\n\
         Weights: `model.safetensors`, half precision, in the order of `config.json`'s network. \
         `golden.json`: pictures from the prior, which every build must reproduce to 1/255, and the \
         critic's outputs for them.\n",
        count - generator,
        options.seed,
        options.loss.name(),
        options.critic_steps,
        state.generator.step,
        options.batch,
    )
}

/// The command that plays a game of these options for as many rounds.
pub fn own_command(checkpoint: &GameCheckpoint, dataset: Dataset) -> String {
    let options = &checkpoint.options;
    let preset = if checkpoint.gan.generator == [64, 32] { "full" } else { "tiny" };
    let conditional = if checkpoint.gan.classes > 0 { " --conditional" } else { "" };
    let data = match dataset {
        Dataset::Mnist => String::new(),
        _ => format!(" --dataset {}", dataset.name()),
    };
    let regulariser = match options.regulariser {
        Regulariser::None => String::new(),
        Regulariser::Clip(limit) => format!(" --regulariser clip:{limit}"),
        Regulariser::Spectral => " --regulariser spectral".into(),
    };
    let mut command = format!(
        "halfdrawn train gan --preset {preset} --loss {}{regulariser}{conditional}{data} --seed {} \
         --epochs {} --batch {} --critic-rate {} --generator-rate {}",
        options.loss.name(),
        options.seed,
        options.epochs,
        options.batch,
        options.critic.learning_rate,
        options.generator.learning_rate,
    );
    if options.critic_steps != 1 {
        command += &format!(" --critic-steps {}", options.critic_steps);
    }
    if options.smoothing != 0.0 {
        command += &format!(" --smoothing {}", options.smoothing);
    }
    if options.critic.beta1 != 0.5 {
        command += &format!(" --beta1 {}", options.critic.beta1);
    }
    if options.average_decay != 0.999 {
        command += &format!(" --average-decay {}", options.average_decay);
    }
    command + &format!(" --rounds {}", checkpoint.state.generator.step)
}

/// Prints pictures of a gan, each with what its critic says of it.
pub fn sample(weights: &Weights, count: usize, seed: u64, digit: Option<u8>) -> Result<()> {
    let labels = match (weights.architecture.conditional(), digit) {
        (true, digit) => (0..count).map(|index| digit.unwrap_or((index % 10) as u8)).collect(),
        (false, None) => Vec::new(),
        (false, Some(_)) => bail!("{} is not told the digit: leave out --label", weights.name),
    };
    let mut explorer = GanExplorer::load(weights, &Compute::Cpu)?;
    let pictures = explorer.sample(count, seed, &labels)?;
    let verdict = explorer.verdict(&pictures, &labels)?;
    let planes = pictures.len() / (count * PIXELS);
    for (picture, verdict) in pictures.chunks(planes * PIXELS).zip(verdict) {
        println!("the critic says {verdict:.2}");
        for plane in 0..planes {
            let values: Vec<f32> = picture[plane..].iter().step_by(planes).copied().collect();
            // Two rows to a line, as a letter is twice as high as it is wide.
            for rows in values.chunks(2 * SIDE) {
                let (upper, lower) = rows.split_at(SIDE);
                let shades = upper.iter().zip(lower).map(|(upper, lower)| shade(upper + lower));
                println!("{}", shades.collect::<String>().trim_end());
            }
        }
    }
    Ok(())
}

/// The letter for the ink of two pixels.
fn shade(ink: f32) -> char {
    [' ', '░', '▒', '▓', '█'][(2.5 * ink).min(4.0) as usize]
}

#[cfg(test)]
mod tests {
    use halfdrawn_models::GanConfig;
    use halfdrawn_training::{GameOptions, GameState, Last, Optimiser};

    use super::*;

    #[test]
    fn a_card_says_how_the_game_was_played_as_far_as_the_checkpoint_knows() {
        let player = |step| Optimiser { step, ..Optimiser::new(Vec::new()) };
        let (generator, critic) = (player(30), player(60));
        let checkpoint = GameCheckpoint {
            gan: GanConfig::preset("full", true).unwrap().config,
            options: GameOptions { critic_steps: 2, smoothing: 0.1, ..GameOptions::default() },
            epoch: 0,
            position: 60,
            taken: 0,
            state: GameState { generator, critic, directions: Vec::new() },
            last: Last::default(),
        };
        let card = |command| card("gan", &checkpoint, 3840, command, Dataset::FashionMnist);
        let ordinary = card(None);
        for expected in [
            "| game | non-saturating; the critic kept from becoming steep by nothing, with a \
             smoothing of 0.1; 2 of its turns to one of the generator |",
            "| trained for | 30 rounds of 64 pictures, 1.0 epochs;",
            "`halfdrawn train gan --preset full --loss non-saturating --conditional --dataset \
             fashion-mnist --seed 1 --epochs 20 --batch 64 --critic-rate 0.0002 --generator-rate \
             0.0002 --critic-steps 2 --smoothing 0.1 --rounds 30`",
        ] {
            assert!(ordinary.contains(expected), "{ordinary}");
        }
        let stages = card(Some("halfdrawn train gan, then again with --resume"));
        assert!(stages.contains("| game | at the end non-saturating;"), "{stages}");
    }
}
