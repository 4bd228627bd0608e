//! A run that was stopped and resumed ends in the same bits as one that was not.

mod common;

use common::{architectures, digits, now};
use halfdrawn_training::{
    Change, Checkpoint, Compute, Run, Schedule, TrainerOptions, TrainingError,
};

fn options() -> TrainerOptions {
    TrainerOptions { batch: 4, kl_warm_up: 5, ..TrainerOptions::default() }
}

#[test]
fn resuming_from_a_snapshot_equals_never_having_stopped() {
    // burn's autodiff sums gradients in an order that is not the same each time.
    for compute in [Compute::Cpu, Compute::Threads(2)] {
        for (name, architecture) in architectures() {
            let start = || Run::new(architecture.clone(), options(), digits(), compute.clone());
            let (mut straight, mut stopped) = (start().unwrap(), start().unwrap());
            for _ in 0..3 {
                now(straight.step()).unwrap();
                now(stopped.step()).unwrap();
            }
            let both = [&mut straight, &mut stopped].map(|run| now(run.validate(&digits(), 8)));
            assert_eq!(both[0], both[1], "{name}");
            let bytes = now(stopped.snapshot()).unwrap();
            let mut resumed = Run::restore(&bytes, digits(), compute.clone()).unwrap();
            for _ in 0..3 {
                assert_eq!(now(straight.step()).unwrap(), now(resumed.step()).unwrap(), "{name}");
            }
            let same = now(straight.snapshot()).unwrap() == now(resumed.snapshot()).unwrap();
            assert!(same, "{name}, {compute:?}: another snapshot");
        }
    }
}

#[test]
fn a_few_steps_lower_the_loss_of_every_model() {
    for (name, architecture) in architectures() {
        let options =
            TrainerOptions { batch: 8, schedule: Schedule::Constant, ..TrainerOptions::default() };
        let mut run = Run::new(architecture, options, digits(), Compute::Cpu).unwrap();
        let first = now(run.step()).unwrap().loss;
        let mut last = 0.0;
        // A digit a step tells less than its 784 pixels.
        let steps = if name == "classifier" { 200 } else { 60 };
        for _ in 0..steps {
            last = now(run.step()).unwrap().loss;
        }
        assert!(last < 0.7 * first, "{name}: {first} to {last}");
    }
}

#[test]
fn a_run_that_diverges_says_why_and_keeps_weights_that_were_good() {
    let (_, architecture) = architectures().remove(4);
    let mut run = Run::new(architecture, options(), digits(), Compute::Cpu).unwrap();
    let steps = 40;
    for _ in 0..steps {
        now(run.step()).unwrap();
    }
    run.set_options(Change { learning_rate: Some(1.0), ..Change::default() }).unwrap();
    let error = loop {
        if let Err(error) = now(run.step()) {
            break error;
        }
        assert!(run.steps() < 2000, "a learning rate of one does not diverge");
    };
    let TrainingError::Diverged { kept, .. } = error else { panic!("{error}") };
    assert!(error.to_string().contains("lower the learning rate, now 1"), "{error}");
    assert_eq!(run.steps(), kept);
    let weights = now(run.weights("kept"));
    assert!(weights.parameters.iter().all(|weight| weight.is_finite()));
    // It goes on from there with a sane setting, and from a snapshot to the same bits.
    run.set_options(Change { learning_rate: Some(1e-4), ..Change::default() }).unwrap();
    let bytes = now(run.snapshot()).unwrap();
    let mut resumed = Run::restore(&bytes, digits(), Compute::Cpu).unwrap();
    assert_eq!(now(run.step()).unwrap(), now(resumed.step()).unwrap());
}

#[test]
fn settings_out_of_bounds_are_named_and_change_nothing() {
    let (_, architecture) = architectures().remove(2);
    let mut run = Run::new(architecture, options(), digits(), Compute::Cpu).unwrap();
    let before = run.options().clone();
    for (change, name) in [
        (Change { learning_rate: Some(0.0), ..Change::default() }, "learning rate"),
        (Change { learning_rate: Some(f64::NAN), ..Change::default() }, "learning rate"),
        (Change { beta: Some(-1.0), ..Change::default() }, "beta"),
    ] {
        let error = run.set_options(change).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
    assert_eq!(run.options(), &before);
}

#[test]
fn a_damaged_snapshot_is_an_error_and_never_a_panic() {
    for (_, architecture) in architectures() {
        let run = Run::new(architecture, options(), digits(), Compute::Cpu).unwrap();
        let checkpoint = now(run.checkpoint());
        let bytes = checkpoint.to_bytes().unwrap();
        assert_eq!(Checkpoint::from_bytes(&bytes).unwrap(), checkpoint);
        for index in (0..bytes.len()).step_by(bytes.len() / 100) {
            let mut damaged = bytes.clone();
            damaged[index] ^= 0x04;
            if let Ok(read) = Checkpoint::from_bytes(&damaged) {
                assert_eq!(read.optimiser.parameters, checkpoint.optimiser.parameters);
            }
            assert!(Checkpoint::from_bytes(&bytes[..index]).is_err());
        }
    }
}

#[test]
fn checkpoints_from_before_the_other_models_still_read() {
    for name in ["pixelcnn-small", "completion-base"] {
        let path = format!("../../.checkpoints/{name}/checkpoint.safetensors");
        let checkpoint = Checkpoint::from_bytes(&std::fs::read(path).unwrap()).unwrap();
        assert!(name.starts_with(checkpoint.architecture.kind()));
        assert_eq!((checkpoint.options.beta, checkpoint.options.kl_warm_up), (1.0, 0));
    }
}
