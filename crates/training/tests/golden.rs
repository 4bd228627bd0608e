//! The losses that the tests in browsers, tests/browser/*webgpu.test.mjs, expect of the same run and the
//! same game.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::now;
use halfdrawn_data::Mnist;
use halfdrawn_models::{GanConfig, VaeConfig};
use halfdrawn_training::{
    Compute, Game, GameOptions, OptimiserOptions, PlayerOptions, Run, Schedule, TrainerOptions,
};
use serde_json::{Value, json};

const FILE: &str = "../../tests/golden/twenty-steps.json";
/// Of a loss, relative, on processors that sum in another order.
const TOLERANCE: f64 = 1e-4;

/// HALFDRAWN_GOLDEN=write writes the file in place of comparing with it.
#[test]
fn twenty_steps_give_the_losses_that_browsers_are_held_to() {
    let options = TrainerOptions {
        seed: 5,
        epochs: 20,
        batch: 16,
        schedule: Schedule::Constant,
        optimiser: OptimiserOptions { learning_rate: 1e-3, ..OptimiserOptions::default() },
        ..TrainerOptions::default()
    };
    let architecture = VaeConfig::preset("mlp-2d", false).unwrap().architecture();
    let mnist = Mnist::load(Path::new("../../web/data/mnist")).unwrap();
    let mut run = Run::new(architecture, options, Arc::new(mnist.train), Compute::Cpu).unwrap();
    let losses: Vec<f64> = (0..20).map(|_| now(run.step()).unwrap().loss).collect();

    if std::env::var_os("HALFDRAWN_GOLDEN").is_some() {
        let options = json!({ "batch": 16, "learningRate": 0.001 });
        let spec = json!({ "model": "vae", "preset": "mlp-2d", "seed": 5, "options": options });
        let text = serde_json::to_string_pretty(&json!({ "spec": spec, "losses": losses }));
        std::fs::create_dir_all(Path::new(FILE).parent().unwrap()).unwrap();
        std::fs::write(FILE, text.unwrap() + "\n").unwrap();
    }
    let golden: Value = serde_json::from_slice(&std::fs::read(FILE).unwrap()).unwrap();
    let expected = golden["losses"].as_array().unwrap();
    assert_eq!(expected.len(), losses.len());
    for (index, (ours, theirs)) in losses.iter().zip(expected).enumerate() {
        let theirs = theirs.as_f64().unwrap();
        let error = (ours - theirs).abs() / theirs;
        assert!(error < TOLERANCE, "step {}: {ours}, not {theirs}", index + 1);
    }
}

const ROUNDS: &str = "../../tests/golden/ten-rounds.json";

/// HALFDRAWN_GOLDEN=write writes the file in place of comparing with it.
#[test]
fn ten_rounds_give_the_figures_that_browsers_are_held_to() {
    let player = PlayerOptions { learning_rate: 5e-4, ..PlayerOptions::default() };
    let options = GameOptions {
        seed: 5,
        batch: 16,
        critic: player,
        generator: player,
        ..GameOptions::default()
    };
    let architecture = GanConfig::preset("tiny", false).unwrap().architecture();
    let mnist = Mnist::load(Path::new("../../web/data/mnist")).unwrap();
    let mut game = Game::new(architecture, options, Arc::new(mnist.train), Compute::Cpu).unwrap();
    let rounds: Vec<[f64; 4]> = (0..10)
        .map(|_| now(game.round()).unwrap())
        .map(|told| [told.critic_loss, told.generator_loss, told.critic_norm, told.generator_norm])
        .collect();

    if std::env::var_os("HALFDRAWN_GOLDEN").is_some() {
        let options = json!({ "batch": 16, "criticRate": 5e-4, "generatorRate": 5e-4 });
        let spec = json!({ "preset": "tiny", "seed": 5, "options": options });
        let text = serde_json::to_string_pretty(&json!({ "spec": spec, "rounds": rounds }));
        std::fs::write(ROUNDS, text.unwrap() + "\n").unwrap();
    }
    let golden: Value = serde_json::from_slice(&std::fs::read(ROUNDS).unwrap()).unwrap();
    let expected: Vec<[f64; 4]> = serde_json::from_value(golden["rounds"].clone()).unwrap();
    assert_eq!(expected.len(), rounds.len());
    for (index, (ours, theirs)) in rounds.iter().zip(&expected).enumerate() {
        for (our, their) in ours.iter().zip(theirs) {
            let error = (our - their).abs() / their;
            assert!(error < 10.0 * TOLERANCE, "round {}: {ours:?}, not {theirs:?}", index + 1);
        }
    }
}
