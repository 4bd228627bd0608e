//! Turns of a game that are taken back leave no trace.

mod common;

use burn::tensor::Device;
use common::{digits, now};
use halfdrawn_models::{GanConfig, Regulariser};
use halfdrawn_training::{Compute, Game, GameChange, GameError, GameOptions, Player};

fn start(regulariser: Regulariser, compute: Compute) -> Game {
    let mut config = GanConfig::preset("tiny", false).unwrap();
    (config.config.generator, config.config.critic) = ([8, 6], [4, 8]);
    let options = GameOptions { batch: 8, regulariser, ..GameOptions::default() };
    Game::new(config.architecture(), options, digits(), compute).unwrap()
}

/// A turn of `player`, and what takes it back.
fn turn(game: &mut Game, player: Player) -> Result<halfdrawn_training::Mark, GameError> {
    let mark = game.mark(player);
    match player {
        Player::Critic => now(game.critic_step())?,
        Player::Generator => now(game.generator_step())?,
    };
    Ok(mark)
}

#[test]
fn turns_taken_back_one_after_the_other_leave_no_trace() {
    use Player::{Critic, Generator};
    for compute in [Compute::Cpu, Compute::Device(Device::flex())] {
        for regulariser in [Regulariser::None, Regulariser::Clip(0.05), Regulariser::Spectral] {
            let mut game = start(regulariser, compute.clone());
            let (mut marks, mut before) = (Vec::new(), Vec::new());
            for player in [Critic, Generator, Generator, Critic, Critic, Critic, Generator] {
                before.push(now(game.snapshot()).unwrap());
                marks.push(turn(&mut game, player).unwrap());
            }
            let after = now(game.snapshot()).unwrap();
            while let (Some(mark), Some(snapshot)) = (marks.pop(), before.pop()) {
                assert_eq!(mark.step(), before.len() as u64);
                game.take_back(mark).unwrap();
                let same = now(game.snapshot()).unwrap() == snapshot;
                assert!(same, "{compute:?}, {regulariser:?}: before turn {}", before.len() + 1);
            }
            for player in [Critic, Generator, Generator, Critic, Critic, Critic, Generator] {
                turn(&mut game, player).unwrap();
            }
            assert!(now(game.snapshot()).unwrap() == after, "{compute:?}, {regulariser:?}: again");
        }
    }
}

#[test]
fn a_game_that_diverges_after_turns_were_taken_back_does_not_jump_ahead() {
    let mut game = start(Regulariser::None, Compute::Cpu);
    let marks: Vec<_> = (0..40)
        .map(|index| match index % 2 {
            0 => turn(&mut game, Player::Critic).unwrap(),
            _ => turn(&mut game, Player::Generator).unwrap(),
        })
        .collect();
    for mark in marks.into_iter().rev().take(10) {
        game.take_back(mark).unwrap();
    }
    assert_eq!(game.steps(), 30);
    let change =
        GameChange { critic_rate: Some(1.0), generator_rate: Some(1.0), ..GameChange::default() };
    game.set_options(change).unwrap();
    let diverged = (0..200).find_map(|_| now(game.step()).err());
    assert!(matches!(diverged, Some(GameError::Diverged { .. })), "{diverged:?}");
    assert!(game.steps() >= 30);
}
