//! A game of a generator against a critic on a cloud of points.

use halfdrawn_training::{Cloud, Figures, PlaneGame as Trainer, PlaneOptions, Player};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::arguments::{floats, object, options, with};
use super::game::{nothing_to_undo, player_named};
use super::game_spec::{Options, Wish};
use crate::error::Failure;

/// The most points, and rows of a lattice, that one look shows.
const MOST_POINTS: usize = 4096;
const MOST_ROWS: usize = 256;

/// What JavaScript asks to be played.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    cloud: Cloud,
    seed: u32,
    #[serde(default)]
    options: Options,
}

/// What may be changed while it goes on; what is absent stays.
#[derive(Deserialize)]
struct Change {
    cloud: Option<Cloud>,
    #[serde(flatten)]
    game: Wish,
}

/// A game on the plane.
#[wasm_bindgen]
pub struct PlaneGame {
    game: Trainer,
}

/// What `PlaneGame.facts()` tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    kind: &'static str,
    loss: &'static str,
    parameters: usize,
    batch: usize,
    step: u64,
    round: u64,
    next: Player,
    finished: bool,
    undoable: usize,
}

#[wasm_bindgen]
impl PlaneGame {
    /// Starts a game of `spec`.
    ///
    /// # Errors
    /// `option`.
    pub fn begin(spec: JsValue) -> Result<Self, JsValue> {
        let Spec { cloud, seed, options: wish } = options(spec)?;
        let default = PlaneOptions::default();
        let options = PlaneOptions { cloud, game: wish.over(default.game, seed), ..default };
        Ok(Self { game: Trainer::new(options).map_err(Failure::from)? })
    }

    /// Goes on from the bytes of a snapshot, as if the game had never stopped.
    ///
    /// # Errors
    /// A `snapshot` that is damaged.
    pub fn restore(_spec: JsValue, snapshot: &[u8]) -> Result<Self, JsValue> {
        let game = Trainer::restore(snapshot);
        let game = game.map_err(|error| Failure::new("snapshot", error.to_string()))?;
        Ok(Self { game })
    }

    /// Sizes and place of the game.
    ///
    /// # Errors
    /// None in practice: the conversion of the answer.
    pub fn facts(&self) -> Result<JsValue, JsValue> {
        let options = &self.game.options().game;
        object(&Facts {
            kind: "plane",
            loss: options.loss.name(),
            parameters: self.game.parameters(),
            batch: options.batch,
            step: self.game.steps(),
            round: self.game.rounds(),
            next: self.game.next_player(),
            finished: self.finished(),
            undoable: self.game.undoable(),
        })
    }

    /// Never: a cloud has no end.
    pub fn finished(&self) -> bool {
        false
    }

    /// Changes `cloud`, `loss`, `regulariser`, `clip`, `criticSteps`, `criticRate`, `generatorRate`,
    /// `beta1`, `smoothing`.
    ///
    /// # Errors
    /// `option`.
    pub fn set(&mut self, change: JsValue) -> Result<(), JsValue> {
        let Change { cloud, game } = options(change)?;
        let change = game.change(self.game.options().game.regulariser);
        Ok(self.game.set_options(change, cloud).map_err(Failure::from)?)
    }

    /// A half-step of `critic` or `generator`, or of whoever is next: `{ round, step, player,
    /// criticLoss, generatorLoss, criticNorm, generatorNorm, pictures }`.
    ///
    /// # Errors
    /// `option`, or `diverged`; the game has then gone back to a good state.
    pub fn step(&mut self, player: Option<String>) -> Result<JsValue, JsValue> {
        let player = player_named(player.as_deref())?.unwrap_or(self.game.next_player());
        object(&self.game.step(player).map_err(Failure::from)?)
    }

    /// Takes the last half-step back; settings stay as they are.
    ///
    /// # Errors
    /// `undo` where there is none in memory.
    pub fn undo(&mut self) -> Result<(), JsValue> {
        match self.game.undo() {
            true => Ok(()),
            false => Err(nothing_to_undo().into()),
        }
    }

    /// All of the game's state.
    ///
    /// # Errors
    /// `snapshot`.
    pub fn snapshot(&self) -> Result<Uint8Array, JsValue> {
        let bytes = self.game.snapshot().map_err(Failure::from)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// A look at the game: `{ real, realOutputs, fake, fakeOutputs, pushes, field, manifold }`.
    ///
    /// # Errors
    /// `option` where more is asked for than a look shows.
    pub fn view(&mut self, points: usize, field: usize, cells: usize) -> Result<JsValue, JsValue> {
        let few = |count: usize, most| (1..=most).contains(&count);
        if !few(points, MOST_POINTS) || !few(field, MOST_ROWS) || !few(cells, MOST_ROWS) {
            let message = format!(
                "a look shows 1 to {MOST_POINTS} points and lattices of 1 to {MOST_ROWS} rows"
            );
            return Err(Failure::new("option", message).into());
        }
        let view = self.game.view(points, field, cells);
        Ok(with([
            ("real", floats(&view.real)),
            ("realOutputs", floats(&view.real_outputs)),
            ("fake", floats(&view.fake)),
            ("fakeOutputs", floats(&view.fake_outputs)),
            ("pushes", floats(&view.pushes)),
            ("field", floats(&view.field)),
            ("manifold", floats(&view.manifold)),
        ]))
    }

    /// How near the generator has come: `{ distance, floor, onCloud, reached, shares, covered }`.
    ///
    /// # Errors
    /// None in practice: the conversion of the answer.
    pub fn figures(&mut self) -> Result<JsValue, JsValue> {
        let figures: Figures = self.game.figures();
        object(&figures)
    }
}
