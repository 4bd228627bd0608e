//! A game is a state: the same seed gives the same bits, a snapshot goes on as if nothing had been, a
//! step can be undone, and what diverges says so and keeps what was good.

mod common;

use burn::tensor::Device;
use common::{digits, now};
use halfdrawn_data::noise_into;
use halfdrawn_format::Architecture;
use halfdrawn_models::{AdversarialLoss, GanConfig, Regulariser};
use halfdrawn_training::{
    Compute, Game, GameChange, GameCheckpoint, GameError, GameOptions, GanExplorer, Player, Run,
    TrainerOptions,
};

fn architecture(conditional: bool) -> Architecture {
    let mut config = GanConfig::preset("tiny", conditional).unwrap();
    (config.config.generator, config.config.critic) = ([8, 6], [4, 8]);
    config.architecture()
}

fn options(loss: AdversarialLoss, regulariser: Regulariser) -> GameOptions {
    GameOptions { batch: 8, critic_steps: 2, loss, regulariser, ..GameOptions::default() }
}

fn start(options: &GameOptions, conditional: bool, compute: Compute) -> Game {
    Game::new(architecture(conditional), options.clone(), digits(), compute).unwrap()
}

fn every_kind() -> Vec<GameOptions> {
    let regularisers = [Regulariser::None, Regulariser::Clip(0.05), Regulariser::Spectral];
    let each = |loss| regularisers.map(|regulariser| options(loss, regulariser));
    AdversarialLoss::ALL.into_iter().flat_map(each).collect()
}

#[test]
fn resuming_in_the_middle_of_a_round_equals_never_having_stopped() {
    for compute in [Compute::Cpu, Compute::Threads(2)] {
        for options in every_kind() {
            let conditional = options.regulariser == Regulariser::Spectral;
            let begin = || start(&options, conditional, compute.clone());
            let (mut straight, mut stopped) = (begin(), begin());
            for _ in 0..4 {
                assert_eq!(now(straight.step()).unwrap(), now(stopped.step()).unwrap());
            }
            assert_eq!(stopped.next_player(), Player::Critic);
            let bytes = now(stopped.snapshot()).unwrap();
            let mut resumed = Game::restore(&bytes, digits(), compute.clone()).unwrap();
            for _ in 0..4 {
                assert_eq!(now(straight.step()).unwrap(), now(resumed.step()).unwrap());
            }
            let same = now(straight.snapshot()).unwrap() == now(resumed.snapshot()).unwrap();
            assert!(same, "{options:?}, {compute:?}: another snapshot");
        }
    }
}

#[test]
fn a_round_is_k_turns_of_the_critic_and_one_of_the_generator() {
    let options = options(AdversarialLoss::NonSaturating, Regulariser::None);
    let mut game = start(&options, true, Compute::Cpu);
    let mut turns = Vec::new();
    for _ in 0..6 {
        turns.push(game.next_player());
        now(game.step()).unwrap();
    }
    use Player::{Critic, Generator};
    assert_eq!(turns, [Critic, Critic, Generator, Critic, Critic, Generator]);
    let metrics = now(game.round()).unwrap();
    assert_eq!((metrics.round, metrics.step, metrics.player), (3, 9, Generator));
    assert_eq!((metrics.real.len(), metrics.fake.len()), (8, 8));
    assert!(metrics.critic_norm > 0.0 && metrics.generator_norm > 0.0);
    // One turn too many of either is the visitor's to take.
    now(game.generator_step()).unwrap();
    assert_eq!((game.rounds(), game.steps()), (4, 10));
}

#[test]
fn a_turn_moves_one_player_and_leaves_the_other() {
    for options in every_kind() {
        let mut game = start(&options, true, Compute::Cpu);
        let before = now(game.checkpoint()).state;
        now(game.critic_step()).unwrap();
        let between = now(game.checkpoint()).state;
        assert_eq!(before.generator, between.generator);
        assert_ne!(before.critic.parameters, between.critic.parameters);
        now(game.generator_step()).unwrap();
        let after = now(game.checkpoint()).state;
        assert_eq!(between.critic, after.critic);
        assert_ne!(between.generator.parameters, after.generator.parameters);
    }
}

#[test]
fn a_snapshot_undoes_a_step() {
    let options = options(AdversarialLoss::LeastSquares, Regulariser::Spectral);
    let mut game = start(&options, false, Compute::Cpu);
    now(game.round()).unwrap();
    let before = now(game.snapshot()).unwrap();
    let first = now(game.step()).unwrap();
    let mut game = Game::restore(&before, digits(), Compute::Cpu).unwrap();
    assert!(now(game.snapshot()).unwrap() == before);
    assert_eq!(now(game.step()).unwrap(), first);
}

#[test]
fn the_same_turns_agree_on_every_device() {
    for options in every_kind() {
        let conditional = options.loss == AdversarialLoss::LeastSquares;
        let begin = start(&options, conditional, Compute::Cpu);
        let snapshot = now(begin.snapshot()).unwrap();
        let mut expected: Vec<f64> = Vec::new();
        for compute in
            [Compute::Cpu, Compute::Threads(2), Compute::Flex, Compute::Device(Device::flex())]
        {
            let mut game = Game::restore(&snapshot, digits(), compute.clone()).unwrap();
            let mut figures = Vec::new();
            for _ in 0..6 {
                let metrics = now(game.step()).unwrap();
                figures.extend([metrics.critic_loss, metrics.generator_loss]);
                figures.extend([metrics.critic_norm, metrics.generator_norm]);
            }
            let mut latents = vec![0.0; 3 * game.gan().latent];
            noise_into(1, 1, &mut latents);
            let labels: &[u8] = if conditional { &[1, 5, 9] } else { &[] };
            let pictures = now(game.generate(&latents, labels, true)).unwrap();
            let verdict = now(game.verdict(&pictures, labels)).unwrap();
            figures.extend(pictures.iter().step_by(37).map(|&value| f64::from(value)));
            figures.extend(verdict.into_iter().map(f64::from));
            if expected.is_empty() {
                expected = figures;
                continue;
            }
            for (index, (ours, theirs)) in figures.iter().zip(&expected).enumerate() {
                let error = (ours - theirs).abs() / theirs.abs().max(0.1);
                let what = format!("{options:?}, {compute:?}, figure {index}");
                assert!(error < 2e-2, "{what}: {ours}, not {theirs}");
            }
        }
    }
}

#[test]
fn a_game_moves_from_the_processor_to_a_device_and_back() {
    let options = options(AdversarialLoss::NonSaturating, Regulariser::Spectral);
    let mut game = start(&options, true, Compute::Cpu);
    now(game.round()).unwrap();
    let snapshot = now(game.snapshot()).unwrap();
    let device = Compute::Device(Device::flex());
    let moved = Game::restore(&snapshot, digits(), device).unwrap();
    assert!(now(moved.snapshot()).unwrap() == snapshot);
}

#[test]
fn running_moments_follow_those_of_the_batches() {
    let options = options(AdversarialLoss::NonSaturating, Regulariser::None);
    let mut game = start(&options, false, Compute::Cpu);
    let generator = |game: &Game| now(game.checkpoint()).state.generator.parameters;
    let table = game.gan().generator_parameters();
    let mean = table.get("generator.quarter.mean").unwrap().range();
    let variance = table.get("generator.half.variance").unwrap().range();
    let before = generator(&game);
    assert!(before[mean.clone()].iter().all(|&value| value == 0.0));
    now(game.critic_step()).unwrap();
    assert_eq!(generator(&game), before, "the critic's turn");
    for _ in 0..40 {
        now(game.generator_step()).unwrap();
    }
    let after = generator(&game);
    assert!(after[mean].iter().all(|&value| value != 0.0));
    assert!(after[variance].iter().all(|&value| value > 0.0 && value != 1.0));
    // A generator with running moments makes what it makes with those of the batch, about.
    let mut latents = vec![0.0; 200 * game.gan().latent];
    noise_into(3, 3, &mut latents);
    let now_and_average =
        [false, true].map(|average| now(game.generate(&latents, &[], average)).unwrap());
    for pictures in now_and_average {
        assert!(pictures.iter().all(|value| (0.0..=1.0).contains(value)));
    }
}

#[test]
fn a_game_that_diverges_names_the_setting_and_keeps_weights_that_were_good() {
    let options = options(AdversarialLoss::Wasserstein, Regulariser::None);
    let mut game = start(&options, false, Compute::Cpu);
    for _ in 0..40 {
        now(game.step()).unwrap();
    }
    game.set_options(GameChange { critic_rate: Some(1.0), ..GameChange::default() }).unwrap();
    let error = loop {
        if let Err(error) = now(game.step()) {
            break error;
        }
        assert!(game.steps() < 2000, "a learning rate of one does not diverge");
    };
    let GameError::Diverged { kept, setting, value, step, .. } = error else { panic!("{error}") };
    assert_eq!((setting, value), ("criticRate", 1.0));
    assert!(step > kept && game.steps() == kept, "{error}");
    assert!(error.to_string().contains("lower the critic's learning rate, now 1"), "{error}");
    let weights = now(game.weights("kept"));
    assert!(weights.parameters.iter().all(|weight| weight.is_finite()));
    game.set_options(GameChange { critic_rate: Some(1e-4), ..GameChange::default() }).unwrap();
    let bytes = now(game.snapshot()).unwrap();
    let mut resumed = Game::restore(&bytes, digits(), Compute::Cpu).unwrap();
    assert_eq!(now(game.step()).unwrap(), now(resumed.step()).unwrap());
}

#[test]
fn settings_out_of_bounds_are_named_and_change_nothing() {
    let options = options(AdversarialLoss::Minimax, Regulariser::None);
    let mut game = start(&options, false, Compute::Cpu);
    let none = GameChange::default();
    for (change, name) in [
        (GameChange { critic_rate: Some(0.0), ..none }, "criticRate"),
        (GameChange { generator_rate: Some(f64::NAN), ..none }, "generatorRate"),
        (GameChange { critic_steps: Some(0), ..none }, "criticSteps"),
        (GameChange { smoothing: Some(0.7), ..none }, "smoothing"),
        (GameChange { regulariser: Some(Regulariser::Clip(-1.0)), ..none }, "clip"),
    ] {
        let error = game.set_options(change).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
    assert_eq!(game.options(), &options);
    let error = now(game.generate(&[0.0; 3], &[], false)).unwrap_err().to_string();
    assert!(error.starts_with("latents has 3 values"), "{error}");
}

#[test]
fn a_damaged_snapshot_is_an_error_and_never_a_panic() {
    let options = options(AdversarialLoss::NonSaturating, Regulariser::Spectral);
    let mut game = start(&options, true, Compute::Cpu);
    now(game.step()).unwrap();
    let checkpoint = now(game.checkpoint());
    let bytes = checkpoint.to_bytes().unwrap();
    assert_eq!(GameCheckpoint::from_bytes(&bytes).unwrap(), checkpoint);
    for index in (0..bytes.len()).step_by(bytes.len() / 100) {
        let mut damaged = bytes.clone();
        damaged[index] ^= 0x04;
        if let Ok(read) = GameCheckpoint::from_bytes(&damaged) {
            assert_eq!(read.state, checkpoint.state);
        }
        assert!(GameCheckpoint::from_bytes(&bytes[..index]).is_err());
    }
}

#[test]
fn weights_of_a_game_make_and_judge_what_the_game_does() {
    for regulariser in [Regulariser::None, Regulariser::Spectral] {
        let options = options(AdversarialLoss::NonSaturating, regulariser);
        let mut game = start(&options, true, Compute::Cpu);
        for _ in 0..5 {
            now(game.round()).unwrap();
        }
        let weights = now(game.weights("ours"));
        let mut explorer = GanExplorer::load(&weights, &Compute::Cpu).unwrap();
        let labels = [3, 1, 4];
        let mut latents = vec![0.0; 3 * 64];
        noise_into(2, 0, &mut latents);
        let pictures = explorer.sample(3, 2, &labels).unwrap();
        assert_eq!(pictures, now(game.generate(&latents, &labels, true)).unwrap());
        let verdict = explorer.verdict(&pictures, &labels).unwrap();
        assert_eq!(verdict, now(game.verdict(&pictures, &labels)).unwrap());
        // A visitor's own weights play on.
        let own = weights.clone();
        let mut again = Game::from_weights(own, options, digits(), Compute::Cpu).unwrap();
        now(again.round()).unwrap();
    }
}

#[test]
fn stacked_digits_are_drawn_for_each_plane() {
    let mut config = GanConfig::preset("tiny", false).unwrap();
    config.config.planes = 3;
    let options = options(AdversarialLoss::NonSaturating, Regulariser::None);
    let compute = Compute::Cpu;
    let mut game = Game::new(config.architecture(), options, digits(), compute).unwrap();
    now(game.round()).unwrap();
    let pictures = now(game.generate(&[0.5; 64], &[], false)).unwrap();
    assert_eq!(pictures.len(), 3 * 784);
}

#[test]
fn a_game_and_a_run_refuse_each_others_models() {
    let error =
        Run::new(architecture(false), TrainerOptions::default(), digits(), Compute::Cpu).err();
    assert!(error.unwrap().to_string().contains("play it as a game"));
    let (_, other) = common::architectures().remove(2);
    let error = Game::new(other, GameOptions::default(), digits(), Compute::Cpu).err();
    assert!(error.unwrap().to_string().contains("name a gan"));
}
