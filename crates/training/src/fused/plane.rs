//! Both players of a game on the plane, as multilayer perceptrons: outputs and gradients on the
//! processor.

use halfdrawn_format::ParameterTable;
use halfdrawn_models::AdversarialLoss;

use super::block::Parameters;
use super::mlp::{Input, Mlp, MlpSpace};
use crate::game::{Draw, Hands, Pictures, Players, Terms};

/// Hidden layers of each player.
const LAYERS: usize = 2;
/// The critic measures the plane in thirds: one whose layers stretch nothing, as spectral normalisation
/// makes them, can then say as much of two points that are a third apart as it otherwise could of two
/// that are one apart, and tells the parts of a cloud from each other.
const UNITS: f32 = 3.0;

/// The tables of a generator of points and of their critic, each with two hidden layers of `width`.
pub(crate) fn plane_tables(width: usize) -> [ParameterTable; 2] {
    [("generator", 2), ("critic", 1)].map(|(player, outputs)| {
        let mut table = ParameterTable::default();
        let mut push = |layer: &str, inputs: usize, outputs: usize| {
            table.push(&format!("{player}.{layer}.weight"), &[inputs, outputs]);
            table.push(&format!("{player}.{layer}.bias"), &[outputs]);
        };
        push("layers.0", 2, width);
        push("layers.1", width, width);
        push("output", width, outputs);
        table
    })
}

/// The players of a game on the plane: x = G(z) of two latent variables, a = D(x).
pub(crate) struct FusedPlane {
    generator: Mlp,
    critic: Mlp,
    made: MlpSpace,
    judged: MlpSpace,
    /// The points that were judged last, as the critic measures them.
    seen: Vec<f32>,
    /// The weights of each, transposed.
    mirrors: [Vec<f32>; 2],
    /// What is asked for beside a gradient and not used.
    unused: Vec<f32>,
}

impl FusedPlane {
    /// Players of these tables.
    pub fn new([generator, critic]: &[ParameterTable; 2]) -> Self {
        Self {
            generator: Mlp::new(generator, "generator", LAYERS),
            critic: Mlp::new(critic, "critic", LAYERS),
            made: MlpSpace::default(),
            judged: MlpSpace::default(),
            seen: Vec::new(),
            mirrors: [vec![0.0; generator.len()], vec![0.0; critic.len()]],
            unused: vec![0.0; critic.len()],
        }
    }

    /// The critic's outputs for points.
    fn outputs(&mut self, critic: &[f32], points: &[f32]) -> Vec<f32> {
        self.seen.clear();
        self.seen.extend(points.iter().map(|x| UNITS * x));
        let (input, count) = (Input::Numbers(&self.seen), points.len() / 2);
        self.critic.forward(critic, input, &[], count, &mut self.judged).to_vec()
    }

    /// Adds what `slopes` of the last outputs make to the critic's gradient.
    fn learn(&mut self, critic: &[f32], slopes: &[f32], gradient: &mut [f32]) {
        let [_, mirror] = &mut self.mirrors;
        self.critic.transpose(critic, mirror, false);
        let parameters = Parameters { forward: critic, transposed: mirror };
        let (input, space) = (Input::Numbers(&self.seen), &mut self.judged);
        self.critic.backward(parameters, input, &[], slopes, space, gradient, None);
    }

    /// The gradient with respect to the points of what `slopes` of the last outputs stand for.
    fn through(&mut self, critic: &[f32], slopes: &[f32]) -> Vec<f32> {
        let [_, mirror] = &mut self.mirrors;
        self.critic.transpose(critic, mirror, true);
        let parameters = Parameters { forward: critic, transposed: mirror };
        let mut slope = vec![0.0; self.seen.len()];
        let (input, space) = (Input::Numbers(&self.seen), &mut self.judged);
        let (unused, out) = (&mut self.unused, Some(slope.as_mut_slice()));
        self.critic.backward(parameters, input, &[], slopes, space, unused, out);
        slope.iter_mut().for_each(|slope| *slope *= UNITS);
        slope
    }

    fn make(&mut self, generator: &[f32], latents: &[f32]) -> Vec<f32> {
        let (input, count) = (Input::Numbers(latents), latents.len() / 2);
        self.generator.forward(generator, input, &[], count, &mut self.made).to_vec()
    }

    /// The critic's outputs for points, and the direction in which each would be pushed by a generator
    /// that could move it freely: minus the gradient of what it pays for that point.
    pub fn pushes(
        &mut self,
        critic: &[f32],
        points: &[f32],
        loss: AdversarialLoss,
    ) -> (Vec<f32>, Vec<f32>) {
        let outputs = self.outputs(critic, points);
        let slopes: Vec<f32> = outputs.iter().map(|&a| -loss.generator(a).1).collect();
        let pushes = self.through(critic, &slopes);
        (outputs, pushes)
    }
}

impl Players for FusedPlane {
    fn critic(
        &mut self,
        hands: Hands,
        real: Pictures,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2] {
        gradient.fill(0.0);
        let seen = self.outputs(hands.critic, real.values);
        let slopes = mean_of(&seen, |a| terms.loss.critic(a, terms.smoothing).1);
        self.learn(hands.critic, &slopes, gradient);
        let made = self.make(hands.generator, draw.latents);
        let fake = self.outputs(hands.critic, &made);
        let slopes = mean_of(&fake, |a| terms.loss.critic_fake(a).1);
        self.learn(hands.critic, &slopes, gradient);
        [seen, fake]
    }

    fn generator(
        &mut self,
        hands: Hands,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2] {
        gradient.fill(0.0);
        let made = self.make(hands.generator, draw.latents);
        let fake = self.outputs(hands.critic, &made);
        let slopes = mean_of(&fake, |a| terms.loss.generator(a).1);
        let slopes = self.through(hands.critic, &slopes);
        let [mirror, _] = &mut self.mirrors;
        self.generator.transpose(hands.generator, mirror, false);
        let parameters = Parameters { forward: hands.generator, transposed: mirror };
        let (input, space) = (Input::Numbers(draw.latents), &mut self.made);
        self.generator.backward(parameters, input, &[], &slopes, space, gradient, None);
        [fake, Vec::new()]
    }

    fn generate(&mut self, generator: &[f32], draw: Draw) -> Vec<f32> {
        self.make(generator, draw.latents)
    }

    fn moments(&mut self, _: &[f32], _: Draw) -> Vec<f32> {
        Vec::new()
    }

    fn judge(&mut self, critic: &[f32], pictures: Pictures) -> Vec<f32> {
        self.outputs(critic, pictures.values)
    }
}

/// The derivative of a mean with respect to each output.
fn mean_of(outputs: &[f32], slope: impl Fn(f32) -> f32) -> Vec<f32> {
    let scale = 1.0 / outputs.len() as f32;
    outputs.iter().map(|&a| scale * slope(a)).collect()
}

#[cfg(test)]
mod tests {
    use halfdrawn_data::noise_into;
    use halfdrawn_format::initialise_table;

    use super::*;
    use crate::game::Spectral;
    use crate::plane::spectral;

    const SMOOTHING: f32 = 0.1;
    /// More points than a register block has, and not a multiple of it.
    const COUNT: usize = 37;

    /// Weights as after some training, points, and latent variables.
    struct Case {
        tables: [ParameterTable; 2],
        weights: [Vec<f32>; 2],
        real: Vec<f32>,
        latents: Vec<f32>,
    }

    fn noise(seed: u64, len: usize) -> Vec<f32> {
        let mut noise = vec![0.0; len];
        noise_into(seed, 7, &mut noise);
        noise
    }

    impl Case {
        fn new() -> Self {
            let tables = plane_tables(19);
            let weights = [(&tables[0], 1), (&tables[1], 2)].map(|(table, seed)| {
                let mut weights = initialise_table(table, seed, |_| 1.0);
                let moved = noise(seed, weights.len());
                weights.iter_mut().zip(moved).for_each(|(weight, moved)| *weight += 0.1 * moved);
                weights
            });
            let (real, latents) = (noise(3, 2 * COUNT), noise(4, 2 * COUNT));
            Self { tables, weights, real, latents }
        }

        /// What a player pays, and the gradient of it.
        fn turn(&self, weights: &[Vec<f32>; 2], terms: Terms, critic: bool) -> (f64, Vec<f32>) {
            let mut players = FusedPlane::new(&self.tables);
            let hands = Hands { generator: &weights[0], critic: &weights[1] };
            let draw = Draw { latents: &self.latents, labels: &[] };
            let mean = |outputs: &[f32], paid: &dyn Fn(f32) -> f32| {
                outputs.iter().map(|&a| f64::from(paid(a))).sum::<f64>() / outputs.len() as f64
            };
            let Terms { loss, smoothing } = terms;
            let mut gradient = vec![f32::NAN; weights[usize::from(critic)].len()];
            let paid = if critic {
                let real = Pictures { values: &self.real, labels: &[] };
                let [seen, fake] = players.critic(hands, real, draw, terms, &mut gradient);
                mean(&seen, &|a| loss.critic(a, smoothing).0)
                    + mean(&fake, &|a| loss.critic_fake(a).0)
            } else {
                let [fake, _] = players.generator(hands, draw, terms, &mut gradient);
                mean(&fake, &|a| loss.generator(a).0)
            };
            (paid, gradient)
        }
    }

    fn length(values: &[f32]) -> f64 {
        values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
    }

    /// A step along the gradient of each tensor changes what is paid by as much as the gradient says.
    fn assert_gradient(
        what: &str,
        table: &ParameterTable,
        at: &[f32],
        gradient: &[f32],
        mut paid: impl FnMut(Vec<f32>) -> f64,
    ) {
        for tensor in table.tensors() {
            let slope = &gradient[tensor.range()];
            let length = length(slope);
            let step = 1e-3;
            let mut moved = |sign: f64| {
                let mut moved = at.to_vec();
                for (weight, slope) in moved[tensor.range()].iter_mut().zip(slope) {
                    *weight += (sign * step * f64::from(*slope) / length.max(1e-9)) as f32;
                }
                paid(moved)
            };
            let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            // Relus bend within the step.
            let error = (measured - length).abs();
            assert!(
                error < 0.03 * length + 1e-3,
                "{what}, {}: {measured}, not {length}",
                tensor.name
            );
        }
    }

    #[test]
    fn gradients_of_both_players_equal_finite_differences_for_every_loss() {
        let case = Case::new();
        for loss in AdversarialLoss::ALL {
            let terms = Terms { loss, smoothing: SMOOTHING };
            for (player, critic) in [false, true].into_iter().enumerate() {
                let (_, gradient) = case.turn(&case.weights, terms, critic);
                assert!(length(&gradient) > 1e-3, "{}: nothing is learned", loss.name());
                let what = format!("{}, critic {critic}", loss.name());
                let at = &case.weights[player];
                assert_gradient(&what, &case.tables[player], at, &gradient, |moved| {
                    let mut weights = case.weights.clone();
                    weights[player] = moved;
                    case.turn(&weights, terms, critic).0
                });
            }
        }
    }

    #[test]
    fn a_divided_critic_has_the_gradient_of_finite_differences_for_every_loss() {
        let case = Case::new();
        let spectral: Spectral = spectral(&case.tables);
        let directions = spectral.start(&case.weights[1], 1);
        for loss in AdversarialLoss::ALL {
            let terms = Terms { loss, smoothing: SMOOTHING };
            let turn = |critic: &[f32]| {
                let mut divided = Vec::new();
                spectral.divide(critic, &directions, &mut divided);
                case.turn(&[case.weights[0].clone(), divided], terms, true)
            };
            let (_, mut gradient) = turn(&case.weights[1]);
            spectral.through(&case.weights[1], &directions, &mut gradient);
            let what = format!("{}, divided", loss.name());
            assert_gradient(&what, &case.tables[1], &case.weights[1], &gradient, |moved| {
                turn(&moved).0
            });
        }
    }

    #[test]
    fn points_are_pushed_to_where_the_generator_would_pay_less() {
        let case = Case::new();
        let mut players = FusedPlane::new(&case.tables);
        for loss in AdversarialLoss::ALL {
            let (_, pushes) = players.pushes(&case.weights[1], &case.real, loss);
            for axis in 0..2 {
                let mut paid = |step: f32| {
                    let moved: Vec<f32> = case
                        .real
                        .iter()
                        .enumerate()
                        .map(|(index, x)| if index % 2 == axis { x + step } else { *x })
                        .collect();
                    let (outputs, _) = players.pushes(&case.weights[1], &moved, loss);
                    outputs.iter().map(|&a| loss.generator(a).0).collect::<Vec<_>>()
                };
                let (above, below) = (paid(1e-3), paid(-1e-3));
                let wide = above.iter().zip(&below).map(|(above, below)| (below - above) / 2e-3);
                let own = pushes.iter().skip(axis).step_by(2);
                let errors: Vec<f32> = own.zip(wide).map(|(push, wide)| push - wide).collect();
                let error = length(&errors);
                assert!(error < 0.05 * length(&pushes), "{}, axis {axis}: {error}", loss.name());
            }
        }
    }
}
