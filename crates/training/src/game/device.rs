//! Players on a device of burn: weights, moments, directions and Adam stay there, and nothing is read
//! back but the critic's outputs.

use burn::tensor::{Device, Tensor};
use halfdrawn_data::noise_into;
use halfdrawn_format::Gan;
use halfdrawn_models::{GanConfig, Regulariser, device_gradient, power_iteration};

use super::burn_players::{critic_pays, generator_pays, joined, rows};
use super::checkpoint::GameState;
use super::host::{AT_ONCE, MEASURED, MOMENTUM, Told, digits_in_turn, running, terms};
use super::options::{GameOptions, Player};
use super::players::{Draw, Pictures};
use super::spectral::Spectral;
use crate::burn_gradients::one_hot;
use crate::device_adam::{DeviceAdam, download, upload};
use crate::explorer::{ExploreError, read};

/// Both players.
pub(crate) struct OnDevice {
    config: GanConfig,
    device: Device,
    state: State,
}

pub(crate) struct KeptState(State);

#[derive(Clone)]
struct State {
    generator: DeviceAdam,
    critic: DeviceAdam,
    /// v and u of each divided matrix.
    directions: Vec<(Tensor<1>, Tensor<1>)>,
}

impl OnDevice {
    pub fn new(gan: &Gan, state: &GameState, device: &Device) -> Self {
        let direction = |range: std::ops::Range<usize>| upload(&state.directions[range], device);
        let spectral = Spectral::new(gan);
        let directions = spectral.places().map(|[v, u]| (direction(v), direction(u))).collect();
        let state = State {
            generator: DeviceAdam::new(&state.generator, device),
            critic: DeviceAdam::new(&state.critic, device),
            directions,
        };
        Self { config: GanConfig { config: gan.clone() }, device: device.clone(), state }
    }

    fn gan(&self) -> &Gan {
        &self.config.config
    }

    pub fn steps(&self) -> [u64; 2] {
        [self.state.generator.step, self.state.critic.step]
    }

    pub fn keep(&self) -> KeptState {
        KeptState(self.state.clone())
    }

    pub fn revert(&mut self, kept: KeptState) {
        self.state = kept.0;
    }

    /// All parameters, `[parameters]`.
    fn parameters(&self, generator: Tensor<1>) -> Tensor<1> {
        Tensor::cat(vec![generator, self.state.critic.parameters.clone()], 0)
    }

    fn one_hot(&self, labels: &[u8], device: &Device) -> Option<Tensor<2>> {
        one_hot(labels, self.gan().classes, device)
    }

    /// Latent variables and digits as tensors.
    fn drawn(&self, draw: Draw, device: &Device) -> (Tensor<2>, Option<Tensor<2>>) {
        let latents = rows(draw.latents, self.gan().latent, device);
        (latents, self.one_hot(draw.labels, device))
    }

    pub async fn critic(
        &mut self,
        real: Pictures<'_>,
        draw: Draw<'_>,
        options: &GameOptions,
        sound: impl Fn(&Told) -> bool,
    ) -> Result<Told, Told> {
        let device = self.device.clone().autodiff();
        let all = self.parameters(self.state.generator.parameters.clone());
        let spectral = options.regulariser == Regulariser::Spectral;
        let mut directions = self.state.directions.clone();
        if spectral {
            let matrices = self.config.on_device(all.clone()).critic.matrices();
            let pairs = matrices.into_iter().zip(directions);
            directions = pairs.map(|(matrix, (_, u))| power_iteration(matrix.inner(), u)).collect();
        }
        let module = self.config.on_device(all.autodiff());
        let norms = spectral.then(|| module.critic.norms(&tracked(&directions)));
        let pictures = rows(real.values, self.gan().pixels(), &device);
        let seen = (pictures, self.one_hot(real.labels, &device));
        let (draw, terms) = (self.drawn(draw, &device), terms(options));
        let (outputs, fake, paid) = critic_pays(&module, seen, draw, norms.as_deref(), terms);
        let table = self.gan().parameters();
        let gradient = device_gradient(&module, &table, &paid.backward(), &self.device);
        let slope = gradient.slice(self.gan().generator_len()..table.len());
        let norm = slope.clone().square().sum().sqrt();
        let mut critic = self.state.critic.moved(slope, 1.0, &options.optimiser(Player::Critic));
        if let Regulariser::Clip(limit) = options.regulariser {
            critic.parameters = critic.parameters.clamp(-limit, limit);
            critic.average = critic.parameters.clone();
        }
        let count = outputs.dims()[0];
        let told = download(&Tensor::cat(vec![outputs.inner(), fake.inner(), norm], 0)).await;
        let told = Told {
            real: told[..count].to_vec(),
            fake: told[count..told.len() - 1].to_vec(),
            norm: f64::from(told[told.len() - 1]),
        };
        if !sound(&told) || !told.norm.is_finite() {
            return Err(told);
        }
        (self.state.critic, self.state.directions) = (critic, directions);
        Ok(told)
    }

    pub async fn generator(
        &mut self,
        draw: Draw<'_>,
        options: &GameOptions,
        sound: impl Fn(&Told) -> bool,
    ) -> Result<Told, Told> {
        let device = self.device.clone().autodiff();
        let all = self.parameters(self.state.generator.parameters.clone());
        let module = self.config.on_device(all.autodiff());
        let spectral = options.regulariser == Regulariser::Spectral;
        let norms = spectral.then(|| module.critic.norms(&tracked(&self.state.directions)));
        let (draw, terms) = (self.drawn(draw, &device), terms(options));
        let (fake, moments, paid) = generator_pays(&module, draw, norms.as_deref(), terms);
        let table = self.gan().parameters();
        let gradient = device_gradient(&module, &table, &paid.backward(), &self.device);
        let slope = gradient.slice(0..self.gan().generator_len());
        let norm = slope.clone().square().sum().sqrt();
        let mut before = self.state.generator.clone();
        before.parameters = self.follow(before.parameters, moments.inner(), MOMENTUM);
        let generator = before.moved(slope, 1.0, &options.optimiser(Player::Generator));
        let told = download(&Tensor::cat(vec![fake.inner(), norm], 0)).await;
        let (fake, norm) = (told[..told.len() - 1].to_vec(), f64::from(told[told.len() - 1]));
        let told = Told { real: Vec::new(), fake, norm };
        if !sound(&told) || !told.norm.is_finite() {
            return Err(told);
        }
        self.state.generator = generator;
        Ok(told)
    }

    /// Moves a generator's running moments by a share of the way to `moments`.
    fn follow(&self, generator: Tensor<1>, moments: Tensor<1>, share: f32) -> Tensor<1> {
        let places: Vec<f32> = (0..moments.dims()[0]).map(|place| place as f32).collect();
        let mut first = 0;
        let mut generator = generator;
        for (range, part) in running(self.gan(), &places) {
            let own = generator.clone().slice([range.clone()]);
            let new = moments.clone().slice(first..first + part.len());
            let next = own.clone() + (new - own) * share;
            generator = generator.slice_assign([range], next);
            first += part.len();
        }
        generator
    }

    pub async fn state(&self) -> GameState {
        let State { generator, critic, .. } = &self.state;
        let (generator, critic) = (generator.optimiser().await, critic.optimiser().await);
        GameState { generator, critic, directions: self.directions().await }
    }

    /// The directions of spectral normalisation, one after the other.
    async fn directions(&self) -> Vec<f32> {
        let mut flat = Vec::new();
        for (v, u) in &self.state.directions {
            flat.extend(download(v).await);
            flat.extend(download(u).await);
        }
        flat
    }

    pub async fn present(&self) -> Vec<f32> {
        download(&self.state.generator.parameters).await
    }

    pub async fn average(&self, seed: u64) -> Vec<f32> {
        let average = self.state.generator.average.clone();
        let module = self.config.on_device(self.parameters(average.clone()));
        let mut latents = vec![0.0; AT_ONCE * self.gan().latent];
        let labels = digits_in_turn(self.gan());
        let mut sum: Option<Tensor<1>> = None;
        let batches = MEASURED / AT_ONCE;
        for batch in 0..batches {
            noise_into(seed, u64::MAX - 1 - batch as u64, &mut latents);
            let (_, moments) = module.generator.learn(
                rows(&latents, self.gan().latent, &self.device),
                self.one_hot(&labels, &self.device),
            );
            let moments = joined(moments).inner();
            sum = Some(sum.map_or(moments.clone(), |sum| sum + moments));
        }
        let mean = sum.expect("at least one batch") / batches as f32;
        download(&self.follow(average, mean, 1.0)).await
    }

    pub async fn judging(&self, regulariser: Regulariser) -> Vec<f32> {
        let critic = download(&self.state.critic.parameters).await;
        if regulariser != Regulariser::Spectral {
            return critic;
        }
        let mut divided = Vec::new();
        Spectral::new(self.gan()).divide(&critic, &self.directions().await, &mut divided);
        divided
    }

    pub async fn generate(
        &self,
        generator: &[f32],
        draw: Draw<'_>,
    ) -> Result<Vec<f32>, ExploreError> {
        let module = self.config.on_device(self.parameters(upload(generator, &self.device)));
        let (latents, labels) = self.drawn(draw, &self.device);
        read(module.generator.forward(latents, labels).inner()).await
    }

    pub async fn judge(
        &self,
        regulariser: Regulariser,
        pictures: Pictures<'_>,
    ) -> Result<Vec<f32>, ExploreError> {
        let generator = self.state.generator.parameters.clone();
        let module = self.config.on_device(self.parameters(generator));
        let spectral = regulariser == Regulariser::Spectral;
        let norms = spectral.then(|| module.critic.norms(&self.state.directions));
        let values = rows(pictures.values, self.gan().pixels(), &self.device);
        let labels = self.one_hot(pictures.labels, &self.device);
        read(module.critic.forward(values, labels, norms.as_deref()).inner()).await
    }
}

/// Directions as constants of a graph.
fn tracked(directions: &[(Tensor<1>, Tensor<1>)]) -> Vec<(Tensor<1>, Tensor<1>)> {
    directions.iter().map(|(v, u)| (v.clone().autodiff(), u.clone().autodiff())).collect()
}
