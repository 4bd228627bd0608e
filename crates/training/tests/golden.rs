//! The losses that tests/browser/train-webgpu.test.mjs expects of the same run in a browser.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::now;
use halfdrawn_data::Mnist;
use halfdrawn_models::VaeConfig;
use halfdrawn_training::{Compute, OptimiserOptions, Run, Schedule, TrainerOptions};
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
