//! The ways back: a turn is taken back by whoever asks, and a game that diverges returns to what was
//! good.

use super::checkpoint::Last;
use super::error::GameError;
use super::learner::{Hand, Kept};
use super::material::Place;
use super::options::Player;
use super::play::Game;

/// Turns between two states that a game which diverges may return to.
const KEEP_EVERY: u64 = 32;

/// A state to return to where a game diverges.
pub(super) struct Good {
    state: Kept,
    place: Place,
    taken: u64,
    last: Last,
}

/// What a turn is about to change, to take it back.
pub struct Mark {
    hand: Hand,
    place: Place,
    taken: u64,
    last: Last,
    step: u64,
}

impl Mark {
    /// Turns of either player before the one that it takes back.
    pub fn step(&self) -> u64 {
        self.step
    }
}

impl Game {
    /// What a turn of `player` would change, as it is now. In memory this copies one player; on a
    /// device nothing is copied.
    pub fn mark(&self, player: Player) -> Mark {
        Mark {
            hand: self.learner.hand(player),
            place: self.material.place(),
            taken: self.taken,
            last: self.last.clone(),
            step: self.steps(),
        }
    }

    /// Takes the last turn back, before which `mark` was made; options stay as they are.
    ///
    /// # Errors
    /// A place in the data that there is not: never of this game's own mark.
    pub fn take_back(&mut self, mark: Mark) -> Result<(), GameError> {
        self.learner.take_back(mark.hand);
        self.taken = mark.taken;
        self.last = mark.last;
        self.averaged = None;
        // It may be of a later turn.
        self.good = None;
        Ok(self.material.go_to(mark.place)?)
    }

    /// Keeps this state now and then: whatever comes after, it was good.
    pub(super) fn keep(&mut self) {
        if self.good.is_some() && !self.steps().is_multiple_of(KEEP_EVERY) {
            return;
        }
        self.good = Some(Box::new(Good {
            state: self.learner.keep(),
            place: self.material.place(),
            taken: self.taken,
            last: self.last.clone(),
        }));
    }

    /// Goes back to the last state that was kept, or before this turn.
    pub(super) fn rewind(&mut self, before: Place) -> Result<(), GameError> {
        let mut place = before;
        if let Some(good) = self.good.take() {
            self.learner.revert(good.state);
            place = good.place;
            self.taken = good.taken;
            self.last = good.last;
        }
        self.averaged = None;
        Ok(self.material.go_to(place)?)
    }
}
