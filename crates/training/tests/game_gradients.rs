//! The players' fused kernels, burn's autodiff and finite differences agree, for every loss and
//! regulariser.

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::now;
use halfdrawn_data::noise_into;
use halfdrawn_format::{Architecture, Gan, initialise};
use halfdrawn_models::{AdversarialLoss, GanConfig, Regulariser, flat_gradient};
use halfdrawn_training::{
    BurnPlayers, Compute, Draw, FusedGan, Game, GameOptions, Hands, Pictures, Players, Spectral,
    Terms,
};

const SMOOTHING: f32 = 0.1;

/// Odd channels, two planes and digits; one that fills vectors; the presets.
fn gans() -> Vec<(&'static str, Gan, usize)> {
    let awkward = Gan {
        rows: 8,
        columns: 12,
        planes: 2,
        latent: 5,
        classes: 3,
        generator: [6, 5],
        critic: [5, 19],
    };
    let preset = |name, conditional| GanConfig::preset(name, conditional).unwrap().config;
    let plain = Gan { classes: 0, planes: 1, generator: [32, 16], critic: [16, 8], ..awkward };
    vec![
        ("awkward", awkward.clone(), 5),
        ("plain", plain, 3),
        ("stacked", Gan { planes: 3, ..awkward }, 2),
        ("tiny", preset("tiny", true), 6),
        ("full", preset("full", false), 7),
    ]
}

/// Weights as after some training, a batch of real pictures, latent variables and digits.
struct Case {
    gan: Gan,
    weights: Vec<f32>,
    real: Vec<f32>,
    latents: Vec<f32>,
    labels: Vec<u8>,
}

impl Case {
    fn new(gan: &Gan, count: usize) -> Self {
        let noise = |seed, len, scale: f32| {
            let mut noise = vec![0.0; len];
            noise_into(seed, 7, &mut noise);
            noise.iter_mut().for_each(|value| *value *= scale);
            noise
        };
        let mut weights = initialise(&Architecture::Gan(gan.clone()), 3);
        let moved = noise(1, weights.len(), 0.02);
        weights.iter_mut().zip(moved).for_each(|(weight, moved)| *weight += moved);
        let real = noise(2, count * gan.pixels(), 0.5);
        let labels = match gan.classes {
            0 => Vec::new(),
            classes => (0..count).map(|index| (7 * index % classes) as u8).collect(),
        };
        let real = real.into_iter().map(|value| value.clamp(-1.0, 1.0)).collect();
        let latents = noise(3, count * gan.latent, 1.0);
        Self { gan: gan.clone(), weights, real, latents, labels }
    }

    /// Outputs and gradient of a turn: the critic's, or the generator's.
    fn turn(
        &self,
        players: &mut dyn Players,
        weights: &[f32],
        loss: AdversarialLoss,
        critic: bool,
    ) -> (Vec<f32>, Vec<f32>, f64) {
        let (generator, judge) = weights.split_at(self.gan.generator_len());
        let hands = Hands { generator, critic: judge };
        let draw = Draw { latents: &self.latents, labels: &self.labels };
        let terms = Terms { loss, smoothing: SMOOTHING };
        let mean = |outputs: &[f32], paid: &dyn Fn(f32) -> f32| {
            outputs.iter().map(|&a| f64::from(paid(a))).sum::<f64>() / outputs.len() as f64
        };
        if critic {
            let real = Pictures { values: &self.real, labels: &self.labels };
            let mut gradient = vec![f32::NAN; judge.len()];
            let [seen, fake] = players.critic(hands, real, draw, terms, &mut gradient);
            let paid = mean(&seen, &|a| loss.critic(a, SMOOTHING).0)
                + mean(&fake, &|a| loss.critic_fake(a).0);
            ([seen, fake].concat(), gradient, paid)
        } else {
            let mut gradient = vec![f32::NAN; generator.len()];
            let [fake, moments] = players.generator(hands, draw, terms, &mut gradient);
            let paid = mean(&fake, &|a| loss.generator(a).0);
            ([fake, moments].concat(), gradient, paid)
        }
    }
}

fn size(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
}

fn assert_close(what: &str, ours: &[f32], theirs: &[f32], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let error: Vec<f32> = ours.iter().zip(theirs).map(|(ours, theirs)| ours - theirs).collect();
    let (error, size) = (size(&error), size(theirs));
    assert!(error <= tolerance * size + 1e-6, "{what}: off by {error} of {size}");
}

fn player_tensors(gan: &Gan, critic: bool) -> halfdrawn_format::ParameterTable {
    if critic { gan.critic_parameters() } else { gan.generator_parameters() }
}

#[test]
fn fused_players_equal_burns_autodiff_for_every_loss() {
    for (name, gan, count) in gans() {
        let case = Case::new(&gan, count);
        let mut burn = BurnPlayers::new(&gan, Device::flex());
        for loss in AdversarialLoss::ALL {
            for critic in [true, false] {
                let expected = case.turn(&mut burn, &case.weights, loss, critic);
                for threads in [1, 2] {
                    let mut fused = FusedGan::new(&gan, threads);
                    let found = case.turn(&mut fused, &case.weights, loss, critic);
                    let what = format!("{name}, {}, critic {critic}", loss.name());
                    assert_close(&what, &found.0, &expected.0, 1e-4);
                    for tensor in player_tensors(&gan, critic).tensors() {
                        let place = format!("{what}: {}", tensor.name);
                        let range = tensor.range();
                        assert_close(&place, &found.1[range.clone()], &expected.1[range], 1e-3);
                    }
                }
            }
        }
        let draw = Draw { latents: &case.latents, labels: &case.labels };
        let (generator, critic) = case.weights.split_at(gan.generator_len());
        let mut fused = FusedGan::new(&gan, 1);
        let made = fused.generate(generator, draw);
        assert_close(name, &made, &burn.generate(generator, draw), 1e-4);
        let made = Pictures { values: &made, labels: &case.labels };
        assert_close(name, &fused.judge(critic, made), &burn.judge(critic, made), 1e-4);
    }
}

#[test]
fn every_tensor_that_learns_has_a_gradient_equal_to_finite_differences() {
    for (name, gan, count) in gans().into_iter().take(3) {
        let case = Case::new(&gan, count);
        let mut fused = FusedGan::new(&gan, 1);
        for loss in AdversarialLoss::ALL {
            for critic in [true, false] {
                let (_, gradient, _) = case.turn(&mut fused, &case.weights, loss, critic);
                let first = if critic { gan.generator_len() } else { 0 };
                for tensor in player_tensors(&gan, critic).tensors() {
                    let slope = &gradient[tensor.range()];
                    let length = size(slope);
                    let running =
                        [".mean", ".variance"].iter().any(|end| tensor.name.ends_with(end));
                    // Of real and generated pictures a bias has as much of one as of the other.
                    let balanced =
                        loss == AdversarialLoss::Wasserstein && tensor.name == "critic.dense.bias";
                    if running || balanced {
                        assert!(length < 1e-6, "{name}: {} learns", tensor.name);
                        continue;
                    }
                    let step = 1e-3;
                    let mut moved = |sign: f64| {
                        let mut moved = case.weights.clone();
                        let range = tensor.range();
                        let own = &mut moved[first + range.start..first + range.end];
                        for (weight, slope) in own.iter_mut().zip(slope) {
                            *weight += (sign * step * f64::from(*slope) / length) as f32;
                        }
                        case.turn(&mut fused, &moved, loss, critic).2
                    };
                    let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step);
                    let what = format!("{name}, {}: {}", loss.name(), tensor.name);
                    // Relus bend within the step.
                    let error = (measured - length).abs();
                    assert!(error < 0.05 * length + 2e-3, "{what}: {measured}, not {length}");
                }
            }
        }
    }
}

/// The gradient of a critic whose weights are divided by their norms, all of it by autodiff.
fn divided_by_burn(case: &Case, loss: AdversarialLoss, directions: &[f32]) -> Vec<f32> {
    let device = Device::flex().autodiff();
    let config = GanConfig { config: case.gan.clone() };
    let module = config.load(&case.weights, &device);
    let tensor = |values: &[f32]| {
        Tensor::<1>::from_data(TensorData::new(values.to_vec(), [values.len()]), &device)
    };
    let mut rest = directions;
    let mut take = |count: usize| {
        let (first, others) = rest.split_at(count);
        rest = others;
        tensor(first)
    };
    let sizes: Vec<[usize; 2]> =
        module.critic.matrices().iter().map(|matrix| matrix.dims()).collect();
    let pairs: Vec<_> =
        sizes.into_iter().map(|[inputs, outputs]| (take(inputs), take(outputs))).collect();
    let norms = module.critic.norms(&pairs);
    let matrix =
        |values: &[f32], width: usize| tensor(values).reshape([values.len() / width, width]);
    let labels = (case.gan.classes > 0).then(|| {
        let mut rows = vec![0.0; case.labels.len() * case.gan.classes];
        for (row, &label) in rows.chunks_exact_mut(case.gan.classes).zip(&case.labels) {
            row[usize::from(label)] = 1.0;
        }
        matrix(&rows, case.gan.classes)
    });
    let (made, _) = module.generator.learn(matrix(&case.latents, case.gan.latent), labels.clone());
    let real = matrix(&case.real, case.gan.pixels());
    let seen = module.critic.forward(real, labels.clone(), Some(&norms));
    let fake = module.critic.forward(made.detach(), labels, Some(&norms));
    let paid = loss.critic_tensor(seen, SMOOTHING).mean() + loss.critic_fake_tensor(fake).mean();
    let table = case.gan.parameters();
    flat_gradient(&module, &table, &paid.backward())[case.gan.generator_len()..].to_vec()
}

#[test]
fn a_divided_critic_has_the_gradient_of_burns_autodiff_and_of_finite_differences() {
    for (name, gan, count) in gans().into_iter().take(4) {
        let case = Case::new(&gan, count);
        for loss in AdversarialLoss::ALL {
            let mut players = FusedGan::new(&gan, 1);
            let spectral = Spectral::new(&gan);
            let (generator, critic) = case.weights.split_at(gan.generator_len());
            let directions = spectral.start(critic, 1);
            let mut paid_at = |weights: &[f32]| {
                let mut divided = Vec::new();
                spectral.divide(&weights[generator.len()..], &directions, &mut divided);
                case.turn(&mut players, &[generator, &divided].concat(), loss, true)
            };
            let (_, mut ours, _) = paid_at(&case.weights);
            spectral.through(critic, &directions, &mut ours);
            let theirs = divided_by_burn(&case, loss, &directions);
            for tensor in gan.critic_parameters().tensors() {
                let what = format!("{name}, {}: {}", loss.name(), tensor.name);
                let slope = &ours[tensor.range()];
                assert_close(&what, slope, &theirs[tensor.range()], 2e-3);
                let length = size(slope);
                let step = 1e-3;
                let mut moved = |sign: f64| {
                    let mut moved = case.weights.clone();
                    let first = gan.generator_len() + tensor.offset;
                    let own = &mut moved[first..first + tensor.len()];
                    for (weight, slope) in own.iter_mut().zip(slope) {
                        *weight += (sign * step * f64::from(*slope) / length.max(1e-9)) as f32;
                    }
                    paid_at(&moved).2
                };
                let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step);
                let error = (measured - length).abs();
                assert!(error < 0.05 * length + 2e-3, "{what}: {measured}, not {length}");
            }
        }
    }
}

#[test]
fn a_clipped_critic_stays_within_its_bounds_everywhere() {
    let options = GameOptions {
        batch: 4,
        loss: AdversarialLoss::Wasserstein,
        regulariser: Regulariser::Clip(0.02),
        ..GameOptions::default()
    };
    let architecture = GanConfig::preset("tiny", false).unwrap().architecture();
    for compute in [Compute::Cpu, Compute::Flex, Compute::Device(Device::flex())] {
        let digits = common::digits();
        let mut game = Game::new(architecture.clone(), options.clone(), digits, compute).unwrap();
        now(game.critic_step()).unwrap();
        let critic = now(game.checkpoint()).state.critic.parameters;
        assert!(critic.iter().all(|weight| weight.abs() <= 0.02));
        assert!(critic.iter().filter(|weight| weight.abs() == 0.02).count() > 100);
    }
}
