//! What the two players of a generative adversarial network are paid by: four losses of the critic's
//! output `a`, and what may be asked of the critic besides.
//!
//! Each loss is three functions of one number: what the critic pays for a real picture and for a
//! generated one, and what the generator pays for a generated one; losses of a batch are means, and the
//! critic pays both of its own. Smoothing is one-sided (Salimans et al. 2016): a real picture's
//! target is 1 − s.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::layers::softplus;

/// A loss of one picture and its derivative with respect to the critic's output.
pub type Paid = (f32, f32);

/// Goodfellow et al. 2014, equation 1, with D = sigmoid(a): both play for
/// E ln D(x) + E ln(1 − D(G(z))).
///
/// ```text
/// critic, real       −(1 − s)·ln D − s·ln(1 − D) = softplus(a) − (1 − s)·a
/// critic, generated  −ln(1 − D)                  = softplus(a)
/// generator          ln(1 − D)                   = −softplus(a)
/// ```
///
/// Where D(G(z)) is near 0, as early in the game, the generator's derivative −D is, too: it learns
/// nothing from a critic that is never wrong.
#[derive(Clone, Copy, Debug)]
pub struct Minimax;

/// The trick of Goodfellow et al. 2014, section 3: the generator maximises ln D(G(z)).
///
/// ```text
/// critic             as in minimax
/// generator          −ln D = softplus(−a)
/// ```
///
/// The derivative is D − 1: near −1 where the critic is sure.
#[derive(Clone, Copy, Debug)]
pub struct NonSaturating;

/// Mao et al. 2017, equation 9.
///
/// ```text
/// critic, real       ½·(a − (1 − s))²
/// critic, generated  ½·a²
/// generator          ½·(a − 1)²
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LeastSquares;

/// Arjovsky et al. 2017, equation 2: the critic estimates the earth mover's distance, as long as it
/// is kept from being steep ([`Regulariser`]). Smoothing has no meaning here and is ignored.
///
/// ```text
/// critic, real       −a
/// critic, generated  a
/// generator          −a
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Wasserstein;

impl Minimax {
    /// What the critic pays for a real picture.
    pub fn critic(a: f32, smoothing: f32) -> Paid {
        (soft(a) - (1.0 - smoothing) * a, sigmoid(a) - (1.0 - smoothing))
    }

    /// What the critic pays for a generated picture.
    pub fn critic_fake(a: f32) -> Paid {
        (soft(a), sigmoid(a))
    }

    /// What the generator pays.
    pub fn generator(a: f32) -> Paid {
        (-soft(a), -sigmoid(a))
    }
}

impl NonSaturating {
    /// What the generator pays; the critic pays as under [`Minimax`].
    pub fn generator(a: f32) -> Paid {
        (soft(-a), sigmoid(a) - 1.0)
    }
}

impl LeastSquares {
    /// What the critic pays for a real picture.
    pub fn critic(a: f32, smoothing: f32) -> Paid {
        let error = a - (1.0 - smoothing);
        (0.5 * error * error, error)
    }

    /// What the critic pays for a generated picture.
    pub fn critic_fake(a: f32) -> Paid {
        (0.5 * a * a, a)
    }

    /// What the generator pays.
    pub fn generator(a: f32) -> Paid {
        (0.5 * (a - 1.0) * (a - 1.0), a - 1.0)
    }
}

impl Wasserstein {
    /// What the critic pays for a real picture.
    pub fn critic(a: f32) -> Paid {
        (-a, -1.0)
    }

    /// What the critic pays for a generated picture.
    pub fn critic_fake(a: f32) -> Paid {
        (a, 1.0)
    }

    /// What the generator pays.
    pub fn generator(a: f32) -> Paid {
        (-a, -1.0)
    }
}

/// Any of the losses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdversarialLoss {
    /// [`Minimax`].
    Minimax,
    /// [`NonSaturating`].
    #[default]
    NonSaturating,
    /// [`LeastSquares`].
    LeastSquares,
    /// [`Wasserstein`].
    Wasserstein,
}

impl AdversarialLoss {
    /// Every loss.
    pub const ALL: [Self; 4] =
        [Self::Minimax, Self::NonSaturating, Self::LeastSquares, Self::Wasserstein];

    /// What settings and files call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minimax => "minimax",
            Self::NonSaturating => "non-saturating",
            Self::LeastSquares => "least-squares",
            Self::Wasserstein => "wasserstein",
        }
    }

    /// What the critic pays for a real picture.
    pub fn critic(self, a: f32, smoothing: f32) -> Paid {
        match self {
            Self::Minimax | Self::NonSaturating => Minimax::critic(a, smoothing),
            Self::LeastSquares => LeastSquares::critic(a, smoothing),
            Self::Wasserstein => Wasserstein::critic(a),
        }
    }

    /// What the critic pays for a generated picture.
    pub fn critic_fake(self, a: f32) -> Paid {
        match self {
            Self::Minimax | Self::NonSaturating => Minimax::critic_fake(a),
            Self::LeastSquares => LeastSquares::critic_fake(a),
            Self::Wasserstein => Wasserstein::critic_fake(a),
        }
    }

    /// What the generator pays for a generated picture.
    pub fn generator(self, a: f32) -> Paid {
        match self {
            Self::Minimax => Minimax::generator(a),
            Self::NonSaturating => NonSaturating::generator(a),
            Self::LeastSquares => LeastSquares::generator(a),
            Self::Wasserstein => Wasserstein::generator(a),
        }
    }

    /// [`AdversarialLoss::critic`] of each picture.
    ///
    /// # Shapes
    /// `[b]` to `[b]`
    pub fn critic_tensor(self, a: Tensor<1>, smoothing: f32) -> Tensor<1> {
        let target = 1.0 - smoothing;
        match self {
            Self::Minimax | Self::NonSaturating => softplus(a.clone()) - a * target,
            Self::LeastSquares => (a - target).square() * 0.5,
            Self::Wasserstein => a.neg(),
        }
    }

    /// [`AdversarialLoss::critic_fake`] of each picture.
    ///
    /// # Shapes
    /// `[b]` to `[b]`
    pub fn critic_fake_tensor(self, a: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Minimax | Self::NonSaturating => softplus(a),
            Self::LeastSquares => a.square() * 0.5,
            Self::Wasserstein => a,
        }
    }

    /// [`AdversarialLoss::generator`] of each picture.
    ///
    /// # Shapes
    /// `[b]` to `[b]`
    pub fn generator_tensor(self, a: Tensor<1>) -> Tensor<1> {
        match self {
            Self::Minimax => softplus(a).neg(),
            Self::NonSaturating => softplus(a.neg()),
            Self::LeastSquares => (a - 1.0).square() * 0.5,
            Self::Wasserstein => a.neg(),
        }
    }
}

/// What keeps the critic from becoming steep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regulariser {
    /// Nothing.
    #[default]
    None,
    /// Every parameter of the critic is cut to ±c after each of its steps (Arjovsky et al. 2017,
    /// algorithm 1).
    Clip(f32),
    /// Every weight is divided by its largest singular value (Miyato et al. 2018, equation 8), which
    /// one power iteration a critic step keeps track of.
    Spectral,
}

/// ln(1 + eᵃ), without overflow.
fn soft(a: f32) -> f32 {
    a.max(0.0) + (-a.abs()).exp().ln_1p()
}

fn sigmoid(a: f32) -> f32 {
    let e = (-a.abs()).exp();
    if a >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    const OUTPUTS: [f32; 7] = [-30.0, -3.0, -0.4, 0.0, 0.7, 2.0, 25.0];

    fn functions(loss: AdversarialLoss) -> [Box<dyn Fn(f32) -> Paid>; 4] {
        [
            Box::new(move |a| loss.critic(a, 0.0)),
            Box::new(move |a| loss.critic(a, 0.1)),
            Box::new(move |a| loss.critic_fake(a)),
            Box::new(move |a| loss.generator(a)),
        ]
    }

    fn tensors(loss: AdversarialLoss, a: Tensor<1>) -> [Tensor<1>; 4] {
        [
            loss.critic_tensor(a.clone(), 0.0),
            loss.critic_tensor(a.clone(), 0.1),
            loss.critic_fake_tensor(a.clone()),
            loss.generator_tensor(a),
        ]
    }

    #[test]
    fn derivatives_equal_finite_differences_and_burns() {
        let device = Device::flex().autodiff();
        for loss in AdversarialLoss::ALL {
            let names = ["real", "real, smoothed", "generated", "generator"];
            for (index, function) in functions(loss).iter().enumerate() {
                let name = format!("{} {}", loss.name(), names[index]);
                let a = Tensor::<1>::from_floats(OUTPUTS, &device).require_grad();
                let paid = tensors(loss, a.clone())[index].clone();
                let slopes = a.grad(&paid.clone().sum().backward()).expect("a gradient");
                let [paid, slopes] = [paid.inner(), slopes]
                    .map(|tensor| tensor.into_data().try_to_vec::<f32>().unwrap());
                for (place, &a) in OUTPUTS.iter().enumerate() {
                    let (value, slope) = function(a);
                    let close = |ours: f32, theirs: f32| (ours - theirs).abs() < 1e-4;
                    assert!(close(value, paid[place]), "{name} at {a}: {value}");
                    assert!(close(slope, slopes[place]), "{name} at {a}: slope {slope}");
                    let step = 1e-2;
                    let wide = (function(a + step).0 - function(a - step).0) / (2.0 * step);
                    assert!((wide - slope).abs() < 2e-3, "{name} at {a}: {wide}, not {slope}");
                }
            }
        }
    }

    #[test]
    fn the_saturated_generator_learns_nothing_but_by_the_trick() {
        let (_, saturated) = AdversarialLoss::Minimax.generator(-12.0);
        let (_, trick) = AdversarialLoss::NonSaturating.generator(-12.0);
        assert!(saturated.abs() < 1e-5 && trick < -0.999, "{saturated}, {trick}");
    }

    #[test]
    fn settings_survive_json_under_their_names() {
        for loss in AdversarialLoss::ALL {
            let text = serde_json::to_string(&loss).unwrap();
            assert_eq!(text, format!("\"{}\"", loss.name()));
            assert_eq!(serde_json::from_str::<AdversarialLoss>(&text).unwrap(), loss);
        }
        let clip = serde_json::to_string(&Regulariser::Clip(0.5)).unwrap();
        assert_eq!(clip, r#"{"clip":0.5}"#);
    }
}
