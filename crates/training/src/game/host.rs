//! Players whose weights lie in memory, with any source of outputs and gradients.

use halfdrawn_data::noise_into;
use halfdrawn_format::Gan;
use halfdrawn_models::Regulariser;

use super::checkpoint::GameState;
use super::options::{GameOptions, Player};
use super::players::{Draw, Hands, Pictures, Players, Terms};
use super::spectral::Spectral;

/// How fast running moments follow those of the batches.
pub(crate) const MOMENTUM: f32 = 0.1;
/// Pictures whose moments an average of weights is given, and how many at once.
pub(crate) const MEASURED: usize = 512;
pub(crate) const AT_ONCE: usize = 64;

/// Outputs for real and for generated pictures, and the length of the gradient.
pub(crate) struct Told {
    pub real: Vec<f32>,
    pub fake: Vec<f32>,
    pub norm: f64,
}

/// Weights in memory.
pub(crate) struct Host {
    /// What says where moments are kept; none of players without batch normalisation.
    gan: Option<Gan>,
    players: Box<dyn Players>,
    spectral: Spectral,
    pub state: GameState,
    /// The critic's weights as it judges with them, where they are divided.
    divided: Vec<f32>,
    gradients: [Vec<f32>; 2],
}

impl Host {
    pub fn new(gan: &Gan, state: GameState, players: Box<dyn Players>) -> Self {
        Self { gan: Some(gan.clone()), ..Self::plain(Spectral::new(gan), state, players) }
    }

    /// Of players without batch normalisation.
    pub fn plain(spectral: Spectral, state: GameState, players: Box<dyn Players>) -> Self {
        let gradients =
            [&state.generator, &state.critic].map(|player| vec![0.0; player.parameters.len()]);
        Self { gan: None, players, spectral, state, divided: Vec::new(), gradients }
    }

    /// The critic's weights as it judges with them.
    fn divide(&mut self, regulariser: Regulariser) {
        self.divided.clear();
        if regulariser == Regulariser::Spectral {
            let GameState { critic, directions, .. } = &self.state;
            self.spectral.divide(&critic.parameters, directions, &mut self.divided);
        }
    }

    fn hands<'a>(state: &'a GameState, divided: &'a [f32]) -> Hands<'a> {
        let critic = if divided.is_empty() { &state.critic.parameters } else { divided };
        Hands { generator: &state.generator.parameters, critic }
    }

    /// A turn of the critic. Where the outputs are no numbers, or `sound` says no to them, its weights
    /// stay as they were.
    pub fn critic(
        &mut self,
        real: Pictures,
        draw: Draw,
        options: &GameOptions,
        sound: impl Fn(&Told) -> bool,
    ) -> Result<Told, Told> {
        let spectral = options.regulariser == Regulariser::Spectral;
        if spectral {
            self.spectral.iterate(&self.state.critic.parameters, &mut self.state.directions);
        }
        self.divide(options.regulariser);
        let gradient = &mut self.gradients[1];
        let hands = Self::hands(&self.state, &self.divided);
        let [real, fake] = self.players.critic(hands, real, draw, terms(options), gradient);
        let mut told = Told { real, fake, norm: 0.0 };
        if !sound(&told) {
            return Err(told);
        }
        let GameState { critic, directions, .. } = &mut self.state;
        if spectral {
            self.spectral.through(&critic.parameters, directions, gradient);
        }
        told.norm = critic.step(gradient, 1.0, &options.optimiser(Player::Critic));
        if let Regulariser::Clip(limit) = options.regulariser {
            let cut = |weight: &mut f32| *weight = weight.clamp(-limit, limit);
            critic.parameters.iter_mut().for_each(cut);
            critic.average.clone_from(&critic.parameters);
        }
        if told.norm.is_finite() { Ok(told) } else { Err(told) }
    }

    /// A turn of the generator, as [`Host::critic`].
    pub fn generator(
        &mut self,
        draw: Draw,
        options: &GameOptions,
        sound: impl Fn(&Told) -> bool,
    ) -> Result<Told, Told> {
        self.divide(options.regulariser);
        let gradient = &mut self.gradients[0];
        let hands = Self::hands(&self.state, &self.divided);
        let [fake, moments] = self.players.generator(hands, draw, terms(options), gradient);
        let mut told = Told { real: Vec::new(), fake, norm: 0.0 };
        if !sound(&told) {
            return Err(told);
        }
        let generator = &mut self.state.generator;
        for (range, moments) in self.gan.iter().flat_map(|gan| running(gan, &moments)) {
            for (running, moment) in generator.parameters[range].iter_mut().zip(moments) {
                *running += MOMENTUM * (moment - *running);
            }
        }
        told.norm = generator.step(gradient, 1.0, &options.optimiser(Player::Generator));
        if told.norm.is_finite() { Ok(told) } else { Err(told) }
    }

    /// The generator's weights of now.
    pub fn present(&self) -> &[f32] {
        &self.state.generator.parameters
    }

    /// The average of the generator's weights, with moments measured anew: those of an average are not
    /// the average of moments.
    pub fn average(&mut self, seed: u64) -> Vec<f32> {
        let mut average = self.state.generator.average.clone();
        if let Some(gan) = &self.gan {
            measure(gan, self.players.as_mut(), &mut average, seed);
        }
        average
    }

    /// The critic's weights as it judges with them.
    pub fn judging(&mut self, regulariser: Regulariser) -> Vec<f32> {
        self.divide(regulariser);
        Self::hands(&self.state, &self.divided).critic.to_vec()
    }

    pub fn generate(&mut self, generator: &[f32], draw: Draw) -> Vec<f32> {
        self.players.generate(generator, draw)
    }

    pub fn judge(&mut self, regulariser: Regulariser, pictures: Pictures) -> Vec<f32> {
        self.divide(regulariser);
        let critic = Self::hands(&self.state, &self.divided).critic;
        self.players.judge(critic, pictures)
    }
}

/// What the options say that players are paid by.
pub(crate) fn terms(options: &GameOptions) -> Terms {
    Terms { loss: options.loss, smoothing: options.smoothing }
}

/// Where the generator keeps each part of `moments`, as [`Players::moments`] gives them.
pub(crate) fn running<'a>(
    gan: &Gan,
    moments: &'a [f32],
) -> impl Iterator<Item = (std::ops::Range<usize>, &'a [f32])> {
    let table = gan.generator_parameters();
    let names = ["quarter.mean", "quarter.variance", "half.mean", "half.variance"];
    let mut rest = moments;
    names.into_iter().map(move |name| {
        let tensor = table.get(&format!("generator.{name}")).expect("a tensor of the table");
        let (first, others) = rest.split_at(tensor.len());
        rest = others;
        (tensor.range(), first)
    })
}

/// Labels of pictures made to be measured: as many of each digit.
pub(crate) fn digits_in_turn(gan: &Gan) -> Vec<u8> {
    match gan.classes {
        0 => Vec::new(),
        classes => (0..AT_ONCE).map(|index| (index % classes) as u8).collect(),
    }
}

/// Gives a generator the moments of pictures that it makes.
fn measure(gan: &Gan, players: &mut dyn Players, generator: &mut [f32], seed: u64) {
    let mut latents = vec![0.0; AT_ONCE * gan.latent];
    let labels = digits_in_turn(gan);
    let mut sum: Vec<f64> = Vec::new();
    let batches = MEASURED / AT_ONCE;
    for batch in 0..batches {
        noise_into(seed, u64::MAX - 1 - batch as u64, &mut latents);
        let moments = players.moments(generator, Draw { latents: &latents, labels: &labels });
        sum.resize(moments.len(), 0.0);
        sum.iter_mut().zip(&moments).for_each(|(sum, &moment)| *sum += f64::from(moment));
    }
    let mean: Vec<f32> = sum.iter().map(|sum| (sum / batches as f64) as f32).collect();
    for (range, moments) in running(gan, &mean) {
        generator[range].copy_from_slice(moments);
    }
}
