//! A run that was stopped and resumed ends in the same bits as one that was not.

use std::path::Path;

use halfdrawn_data::Mnist;
use halfdrawn_format::{Context, Network};
use halfdrawn_training::{Checkpoint, Fused, Trainer, TrainerOptions};

fn network() -> Network {
    Network {
        rows: 28,
        columns: 28,
        width: 8,
        hidden: 4,
        dilations: vec![1],
        head: 4,
        context: Some(Context { width: 8, hidden: 4, dilations: vec![1], channels: 4 }),
    }
}

fn mnist() -> Mnist {
    let folder = Path::new("../../web/data/mnist");
    Mnist::load(folder).expect("the repository holds MNIST")
}

#[test]
fn resuming_from_a_checkpoint_equals_never_having_stopped() {
    let mnist = mnist();
    let options = TrainerOptions { batch: 4, ..TrainerOptions::default() };
    let source = || Box::new(Fused::new(&network(), 2));
    let mut straight =
        Trainer::new(network(), options.clone(), &mnist.validation, source()).unwrap();
    let mut stopped = Trainer::new(network(), options, &mnist.validation, source()).unwrap();
    for _ in 0..3 {
        straight.step().unwrap();
        stopped.step().unwrap();
    }
    assert_eq!(straight.validate(&mnist.test, 8), stopped.validate(&mnist.test, 8));
    let bytes = stopped.checkpoint().to_bytes().unwrap();
    let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
    let mut resumed = Trainer::restore(checkpoint, &mnist.validation, source()).unwrap();
    for _ in 0..3 {
        assert_eq!(straight.step().unwrap(), resumed.step().unwrap());
    }
    assert_eq!(straight.checkpoint(), resumed.checkpoint());
}

#[test]
fn a_few_steps_lower_the_loss() {
    let mnist = mnist();
    let options = TrainerOptions { epochs: 1, batch: 8, ..TrainerOptions::default() };
    let mut trainer =
        Trainer::new(network(), options, &mnist.validation, Box::new(Fused::new(&network(), 2)))
            .unwrap();
    let first = trainer.step().unwrap().nats;
    let mut last = 0.0;
    for _ in 0..60 {
        last = trainer.step().unwrap().nats;
    }
    assert!(last < 0.7 * first, "{first} to {last}");
}

#[test]
fn a_damaged_checkpoint_is_an_error_and_never_a_panic() {
    let mnist = mnist();
    let source = Box::new(Fused::new(&network(), 1));
    let trainer = Trainer::new(network(), TrainerOptions::default(), &mnist.test, source).unwrap();
    let bytes = trainer.checkpoint().to_bytes().unwrap();
    assert_eq!(Checkpoint::from_bytes(&bytes).unwrap(), trainer.checkpoint());
    for index in (0..bytes.len()).step_by(bytes.len() / 200) {
        let mut damaged = bytes.clone();
        damaged[index] ^= 0x04;
        if let Ok(read) = Checkpoint::from_bytes(&damaged) {
            assert_eq!(read.optimiser.parameters, trainer.checkpoint().optimiser.parameters);
        }
        assert!(Checkpoint::from_bytes(&bytes[..index]).is_err());
    }
}
