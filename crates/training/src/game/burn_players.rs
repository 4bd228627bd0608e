//! Both players by burn's autodiff, on a device that answers at once: the definition that the fused
//! kernels are held to.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_format::{Architecture, Gan};
use halfdrawn_models::{Gan as Module, GanConfig, Moments, flat_gradient};

use super::players::{Draw, Hands, Pictures, Players, Terms};
use crate::burn_gradients::one_hot;

/// The burn modules, loaded anew for each turn.
pub struct BurnPlayers {
    config: GanConfig,
    device: Device,
}

impl BurnPlayers {
    /// The players of `gan` on `device`.
    pub fn new(gan: &Gan, device: Device) -> Self {
        Self { config: GanConfig { config: gan.clone() }, device }
    }

    fn load(&self, hands: Hands, device: &Device) -> Module {
        self.config.load(&[hands.generator, hands.critic].concat(), device)
    }

    /// Weights of one player; the other's are zero.
    fn load_one(&self, generator: Option<&[f32]>, critic: Option<&[f32]>) -> Module {
        let ours = self.config.config.generator_len();
        let theirs = self.config.config.parameters().len() - ours;
        let (no_generator, no_critic) = (vec![0.0; ours], vec![0.0; theirs]);
        let generator = generator.unwrap_or(&no_generator);
        self.load(Hands { generator, critic: critic.unwrap_or(&no_critic) }, &self.device)
    }

    fn one_hot(&self, labels: &[u8], device: &Device) -> Option<Tensor<2>> {
        one_hot(labels, self.config.config.classes, device)
    }

    fn latents(&self, draw: Draw, device: &Device) -> Tensor<2> {
        rows(draw.latents, self.config.config.latent, device)
    }

    fn pictures(&self, pictures: Pictures, device: &Device) -> Tensor<2> {
        rows(pictures.values, self.config.config.pixels(), device)
    }

    /// The gradient of every parameter, generator first.
    fn gradient(&self, module: &Module, loss: Tensor<1>) -> Vec<f32> {
        let table = Architecture::Gan(self.config.config.clone()).parameters();
        flat_gradient(module, &table, &loss.backward())
    }
}

/// # Shapes
/// To `[len / width, width]`
pub(crate) fn rows(values: &[f32], width: usize, device: &Device) -> Tensor<2> {
    let shape = [values.len() / width, width];
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// The moments of both normalisations, one after the other.
///
/// # Shapes
/// To `[2·g₀ + 2·g₁]`
pub(crate) fn joined(moments: [Moments; 2]) -> Tensor<1> {
    let parts = moments.into_iter().flat_map(|moments| [moments.mean, moments.variance]);
    Tensor::cat(parts.collect(), 0)
}

/// The critic's outputs for real and for generated pictures, and what it pays; `norms` divide its
/// weights.
///
/// # Shapes
/// `[b]`, `[b]` and `[1]`
pub(crate) fn critic_pays(
    module: &Module,
    (pictures, seen): (Tensor<2>, Option<Tensor<2>>),
    (latents, labels): (Tensor<2>, Option<Tensor<2>>),
    norms: Option<&[Tensor<1>]>,
    terms: Terms,
) -> (Tensor<1>, Tensor<1>, Tensor<1>) {
    let (made, _) = module.generator.learn(latents, labels.clone());
    let outputs = module.critic.forward(pictures, seen, norms);
    let fake = module.critic.forward(made.detach(), labels, norms);
    let paid = terms.loss.critic_tensor(outputs.clone(), terms.smoothing).mean()
        + terms.loss.critic_fake_tensor(fake.clone()).mean();
    (outputs, fake, paid)
}

/// The critic's outputs for generated pictures, the moments of the batch, and what the generator pays.
///
/// # Shapes
/// `[b]`, `[2·g₀ + 2·g₁]` and `[1]`
pub(crate) fn generator_pays(
    module: &Module,
    (latents, labels): (Tensor<2>, Option<Tensor<2>>),
    norms: Option<&[Tensor<1>]>,
    terms: Terms,
) -> (Tensor<1>, Tensor<1>, Tensor<1>) {
    let (made, moments) = module.generator.learn(latents, labels.clone());
    let fake = module.critic.forward(made, labels, norms);
    let paid = terms.loss.generator_tensor(fake.clone()).mean();
    (fake, joined(moments), paid)
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("32-bit floats")
}

impl Players for BurnPlayers {
    fn critic(
        &mut self,
        hands: Hands,
        real: Pictures,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2] {
        let device = self.device.clone().autodiff();
        let module = self.load(hands, &device);
        let seen = (self.pictures(real, &device), self.one_hot(real.labels, &device));
        let draw = (self.latents(draw, &device), self.one_hot(draw.labels, &device));
        let (outputs, fake, paid) = critic_pays(&module, seen, draw, None, terms);
        let flat = self.gradient(&module, paid);
        gradient.copy_from_slice(&flat[self.config.config.generator_len()..]);
        [outputs, fake].map(numbers)
    }

    fn generator(
        &mut self,
        hands: Hands,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2] {
        let device = self.device.clone().autodiff();
        let module = self.load(hands, &device);
        let draw = (self.latents(draw, &device), self.one_hot(draw.labels, &device));
        let (fake, moments, paid) = generator_pays(&module, draw, None, terms);
        let flat = self.gradient(&module, paid);
        gradient.copy_from_slice(&flat[..self.config.config.generator_len()]);
        [fake, moments].map(numbers)
    }

    fn generate(&mut self, generator: &[f32], draw: Draw) -> Vec<f32> {
        let module = self.load_one(Some(generator), None);
        let labels = self.one_hot(draw.labels, &self.device);
        numbers(module.generator.forward(self.latents(draw, &self.device), labels))
    }

    fn moments(&mut self, generator: &[f32], draw: Draw) -> Vec<f32> {
        let module = self.load_one(Some(generator), None);
        let labels = self.one_hot(draw.labels, &self.device);
        numbers(joined(module.generator.learn(self.latents(draw, &self.device), labels).1))
    }

    fn judge(&mut self, critic: &[f32], pictures: Pictures) -> Vec<f32> {
        let module = self.load_one(None, Some(critic));
        let labels = self.one_hot(pictures.labels, &self.device);
        numbers(module.critic.forward(self.pictures(pictures, &self.device), labels, None))
    }
}
