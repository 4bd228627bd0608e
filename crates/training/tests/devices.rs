//! The same steps from the same snapshot agree wherever they are computed.

mod common;

use burn::tensor::Device;
use common::{architectures, digits, now};
use halfdrawn_training::{Compute, Run, TrainerOptions};

/// Of a loss, relative: sums are taken in another order, and twenty steps carry it on.
const TOLERANCE: f64 = 1e-4;
const STEPS: usize = 20;

#[test]
fn twenty_steps_agree_on_every_device() {
    let options = TrainerOptions { batch: 6, kl_warm_up: 8, ..TrainerOptions::default() };
    for (name, architecture) in architectures() {
        let start = Run::new(architecture, options.clone(), digits(), Compute::Cpu).unwrap();
        let snapshot = now(start.snapshot()).unwrap();
        let computes = [
            ("fused", Compute::Cpu),
            ("two threads", Compute::Threads(2)),
            ("flex", Compute::Flex),
            ("weights on the device", Compute::Device(Device::flex())),
        ];
        let mut expected = Vec::new();
        for (place, compute) in computes {
            let mut run = Run::restore(&snapshot, digits(), compute).unwrap();
            let mut losses = Vec::new();
            for _ in 0..STEPS {
                let metrics = now(run.step()).unwrap();
                losses.extend([metrics.loss, metrics.reconstruction, metrics.gradient_norm]);
            }
            let held_out = now(run.validate(&digits(), 70));
            losses.extend([held_out.loss, held_out.kl]);
            if expected.is_empty() {
                expected = losses;
                continue;
            }
            for (index, (ours, theirs)) in losses.iter().zip(&expected).enumerate() {
                let error = (ours - theirs).abs() / theirs.abs().max(1.0);
                let what = format!("{name}, {place}, figure {index}: {ours}, not {theirs}");
                assert!(error < TOLERANCE, "{what}");
            }
        }
    }
}

#[test]
fn a_run_moves_from_the_processor_to_a_device_and_back() {
    let (name, architecture) = architectures().remove(3);
    let options = TrainerOptions { batch: 6, ..TrainerOptions::default() };
    let mut run = Run::new(architecture, options, digits(), Compute::Cpu).unwrap();
    now(run.step()).unwrap();
    now(run.validate(&digits(), 64));
    let snapshot = now(run.snapshot()).unwrap();
    let device = Compute::Device(Device::flex());
    let moved = Run::restore(&snapshot, digits(), device).unwrap();
    assert!(now(moved.snapshot()).unwrap() == snapshot, "{name}: another snapshot");
    assert_eq!(moved.best(), run.best());
    assert_eq!(now(moved.weights("a")).parameters, now(run.weights("a")).parameters);
}
