//! A game of a generator against a critic.

use std::collections::VecDeque;

use halfdrawn_format::Weights;
use halfdrawn_training::{Game as Trainer, GameMetrics, Mark, Player};
use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::arguments::{floats, object, options, with};
use super::compute::OpenDevice;
use super::data::Data;
use super::explorer::labels_of;
use super::game_spec::{GameSpec, Wish};
use super::run::same_model;
use crate::error::Failure;

/// The name that weights of a game carry.
const NAME: &str = "game";
/// Half-steps that can be taken back.
const MARKS: usize = 50;

/// A game. Its asynchronous methods are called one after the other, never two at once.
#[wasm_bindgen]
pub struct Game {
    game: Trainer,
    marks: VecDeque<Mark>,
}

/// What `Game.facts()` tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    kind: &'static str,
    loss: &'static str,
    latent: usize,
    conditional: bool,
    parameters: usize,
    batch: usize,
    total_rounds: u64,
    step: u64,
    round: u64,
    epoch: u64,
    next: Player,
    finished: bool,
    undoable: usize,
}

#[wasm_bindgen]
impl Game {
    /// Starts a game of `spec`, from the bytes of `weights` where there are any.
    ///
    /// # Errors
    /// `option`, or `weights` that are damaged or of other players.
    pub fn begin(
        spec: JsValue,
        weights: Option<Box<[u8]>>,
        data: &Data,
        device: &OpenDevice,
    ) -> Result<Self, JsValue> {
        let spec: GameSpec = options(spec)?;
        let architecture = spec.architecture()?;
        let (digits, compute) = (data.train.clone(), device.compute.clone());
        let game = match weights {
            None => Trainer::new(architecture, spec.options(), digits, compute),
            Some(bytes) => {
                let weights = Weights::import(NAME, &bytes).map_err(Failure::from)?;
                same_model("weights", &weights.architecture, &architecture)?;
                Trainer::from_weights(weights, spec.options(), digits, compute)
            }
        };
        Ok(Self { game: game.map_err(Failure::from)?, marks: VecDeque::new() })
    }

    /// Goes on from the bytes of a snapshot, as if the game had never stopped.
    ///
    /// # Errors
    /// `option`, or a `snapshot` that is damaged or of other players.
    pub fn restore(
        spec: JsValue,
        snapshot: &[u8],
        data: &Data,
        device: &OpenDevice,
    ) -> Result<Self, JsValue> {
        let architecture = options::<GameSpec>(spec)?.architecture()?;
        let game = Trainer::restore(snapshot, data.train.clone(), device.compute.clone())
            .map_err(|error| Failure::new("snapshot", error.to_string()))?;
        same_model("snapshot", &game.architecture(), &architecture)?;
        Ok(Self { game, marks: VecDeque::new() })
    }

    /// Sizes and place of the game.
    ///
    /// # Errors
    /// None in practice: the conversion of the answer.
    pub fn facts(&self) -> Result<JsValue, JsValue> {
        let architecture = self.game.architecture();
        object(&Facts {
            kind: architecture.kind(),
            loss: self.game.options().loss.name(),
            latent: architecture.latent(),
            conditional: architecture.conditional(),
            parameters: architecture.parameters().len(),
            batch: self.game.options().batch,
            total_rounds: self.game.total_rounds(),
            step: self.game.steps(),
            round: self.game.rounds(),
            epoch: self.game.epoch(),
            next: self.game.next_player(),
            finished: self.game.finished(),
            undoable: self.marks.len(),
        })
    }

    /// Whether the epochs are over.
    pub fn finished(&self) -> bool {
        self.game.finished()
    }

    /// Changes `loss`, `regulariser`, `clip`, `criticSteps`, `criticRate`, `generatorRate`, `beta1`,
    /// `smoothing`, `epochs`.
    ///
    /// # Errors
    /// `option`.
    pub fn set(&mut self, change: JsValue) -> Result<(), JsValue> {
        let wish: Wish = options(change)?;
        let change = wish.change(self.game.options().regulariser);
        Ok(self.game.set_options(change).map_err(Failure::from)?)
    }

    /// A half-step of `critic` or `generator`, or of whoever is next: `{ round, step, epoch, player,
    /// criticLoss, generatorLoss, criticNorm, generatorNorm, real, fake, pictures }`.
    ///
    /// # Errors
    /// `option`; `diverged`, the game has then gone back to a good state; or `device`.
    pub async fn step(&mut self, player: Option<String>) -> Result<JsValue, JsValue> {
        let player = player_named(player.as_deref())?.unwrap_or(self.game.next_player());
        let mark = self.game.mark(player);
        let told = match player {
            Player::Critic => self.game.critic_step().await,
            Player::Generator => self.game.generator_step().await,
        };
        if told.is_err() {
            // It has gone back, further than some of them.
            let step = self.game.steps();
            self.marks.retain(|mark| mark.step() < step);
        }
        let told = told.map_err(Failure::from)?;
        self.marks.push_back(mark);
        if self.marks.len() > MARKS {
            self.marks.pop_front();
        }
        metrics(&told)
    }

    /// Takes the last half-step back; settings stay as they are.
    ///
    /// # Errors
    /// `undo` where there is none in memory.
    pub fn undo(&mut self) -> Result<(), JsValue> {
        let mark = self.marks.pop_back().ok_or_else(nothing_to_undo)?;
        Ok(self.game.take_back(mark).map_err(Failure::from)?)
    }

    /// All of the game's state.
    ///
    /// # Errors
    /// `snapshot`.
    pub async fn snapshot(&self) -> Result<Uint8Array, JsValue> {
        let bytes = self.game.snapshot().await.map_err(Failure::from)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// The weights of now, the generator's averaged, as safetensors of 32-bit floats.
    ///
    /// # Errors
    /// `weights` that are not finite.
    pub async fn weights(&mut self) -> Result<Uint8Array, JsValue> {
        let bytes = self.game.weights(NAME).await.export().map_err(Failure::from)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// Pictures by the generator of now, or by the average of its weights.
    ///
    /// # Errors
    /// `length`, `value` or `device`.
    pub async fn generate(
        &mut self,
        latents: Box<[f32]>,
        labels: Option<Box<[u8]>>,
        average: bool,
    ) -> Result<JsValue, JsValue> {
        let pictures = self.game.generate(&latents, labels_of(&labels), average).await;
        Ok(floats(&pictures.map_err(Failure::from)?))
    }

    /// The critic's outputs for pictures.
    ///
    /// # Errors
    /// `length`, `value` or `device`.
    pub async fn judge(
        &mut self,
        images: Box<[f32]>,
        labels: Option<Box<[u8]>>,
    ) -> Result<JsValue, JsValue> {
        let outputs = self.game.verdict(&images, labels_of(&labels)).await;
        Ok(floats(&outputs.map_err(Failure::from)?))
    }
}

/// The player of that name, where one is named.
pub(super) fn player_named(name: Option<&str>) -> Result<Option<Player>, Failure> {
    let player = |name: &str| {
        serde_wasm_bindgen::from_value(name.into()).map_err(|_| {
            let message = format!("there is no player '{name}': critic or generator");
            Failure::new("option", message)
        })
    };
    name.map(player).transpose()
}

/// What a game answers that remembers no half-step.
pub(super) fn nothing_to_undo() -> Failure {
    let message = "there is no half-step to take back: the last 50 are remembered, from where the \
                   game was opened, restored or moved to another device";
    Failure::new("undo", message.into())
}

fn metrics(told: &GameMetrics) -> Result<JsValue, JsValue> {
    Ok(with([
        ("round", (told.round as f64).into()),
        ("step", (told.step as f64).into()),
        ("epoch", (told.epoch as f64).into()),
        ("player", object(&told.player)?),
        ("criticLoss", told.critic_loss.into()),
        ("generatorLoss", told.generator_loss.into()),
        ("criticNorm", told.critic_norm.into()),
        ("generatorNorm", told.generator_norm.into()),
        ("real", floats(&told.real)),
        ("fake", floats(&told.fake)),
        ("pictures", (told.pictures as f64).into()),
    ]))
}
