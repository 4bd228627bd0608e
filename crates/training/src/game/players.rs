//! What a game needs from whatever computes the two players' outputs and gradients.

use halfdrawn_models::AdversarialLoss;

/// The weights of both players, each in the order of its own table. The critic's are those that it
/// judges with: divided already, where spectral normalisation divides them.
#[derive(Clone, Copy, Debug)]
pub struct Hands<'a> {
    /// The generator's.
    pub generator: &'a [f32],
    /// The critic's.
    pub critic: &'a [f32],
}

/// Latent variables, d to a picture, and the digit of each where the players are told one.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// The latent variables.
    pub latents: &'a [f32],
    /// The digits; empty where none are told.
    pub labels: &'a [u8],
}

/// Pictures of −1 to 1, and the digit of each where the players are told one.
#[derive(Clone, Copy, Debug)]
pub struct Pictures<'a> {
    /// The pictures.
    pub values: &'a [f32],
    /// The digits; empty where none are told.
    pub labels: &'a [u8],
}

/// What a game is played for.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What the players pay.
    pub loss: AdversarialLoss,
    /// What is taken off the target of real pictures.
    pub smoothing: f32,
}

/// Outputs and gradients of the players of one architecture.
pub trait Players {
    /// The critic's outputs for real pictures and for generated ones, which the generator makes with
    /// the moments of the batch; overwrites `gradient` with the gradient of what the critic pays.
    fn critic(
        &mut self,
        hands: Hands,
        real: Pictures,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2];

    /// The critic's outputs for generated pictures, and the moments of the batch as
    /// [`Players::moments`] gives them; overwrites `gradient` with the gradient of what the generator
    /// pays.
    fn generator(
        &mut self,
        hands: Hands,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2];

    /// Pictures of −1 to 1, by running moments.
    fn generate(&mut self, generator: &[f32], draw: Draw) -> Vec<f32>;

    /// Mean and variance of each channel at the first normalisation, then at the second, over the
    /// pictures of `draw`.
    fn moments(&mut self, generator: &[f32], draw: Draw) -> Vec<f32>;

    /// The critic's outputs.
    fn judge(&mut self, critic: &[f32], pictures: Pictures) -> Vec<f32>;
}
