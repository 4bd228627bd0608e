//! Generator and critic: what a generative adversarial network is made of.

use serde::{Deserialize, Serialize};

use crate::network::{MAX_SIDE, NetworkError, within};
use crate::table::ParameterTable;

const MAX_LATENT: usize = 256;
const MAX_CLASSES: usize = 10;
const MAX_CHANNELS: usize = 512;
const MAX_PLANES: usize = 3;

/// Taps of a 4×4 kernel.
const TAPS: usize = 16;

/// A generator and a critic, as in DCGAN (Radford et al. 2016), for pictures of −1 to 1.
///
/// A convolution, "down", has 4×4 taps, stride 2 and one row of zeros around the picture; "up" is its
/// adjoint, the transposed convolution. With `[g₀, g₁] = generator`, `[c₀, c₁] = critic`, latent
/// variables `z` and, where there are `classes`, the learned rows `E` and `V` of the digit `y`:
///
/// ```text
/// generator  h = relu(norm(dense·z + bias + E[y]))       rows/4 × columns/4 × g₀
///            h = relu(norm(up·h))                        rows/2 × columns/2 × g₁
///            x = tanh(up·h + bias)                       rows × columns × planes
/// critic     h = leaky(down·x + bias)                    rows/2 × columns/2 × c₀
///            h = leaky(down·h + bias)                    rows/4 × columns/4 × c₁
///            a = ⟨weight + V[y], h⟩ + bias               Miyato and Koyama 2018, equation 3
/// norm(h) = scale·(h − mean)/√(variance + 1e-5) + shift  channel by channel (Ioffe and Szegedy 2015)
/// leaky(h) = max(h, 0.2·h)
/// ```
///
/// While it learns, mean and variance are those of the batch, at each channel over pictures and pixels;
/// what is stored are running ones, for pictures made one at a time. The critic has no such layer: it
/// judges each picture by itself, so that its verdict on a drawing is what it learned to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gan {
    /// Rows of the picture.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Grey levels to a pixel: one, or three for stacked digits.
    pub planes: usize,
    /// Latent variables, d.
    pub latent: usize,
    /// Digits that both players are told apart; zero where they are told none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub classes: usize,
    /// Channels of the generator at a quarter and at half of the resolution.
    pub generator: [usize; 2],
    /// Channels of the critic at half and at a quarter of the resolution.
    pub critic: [usize; 2],
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}

impl Gan {
    /// Numbers in a picture.
    pub fn pixels(&self) -> usize {
        self.rows * self.columns * self.planes
    }

    /// Pixels at a quarter of the resolution.
    pub fn quarter(&self) -> usize {
        self.rows / 4 * (self.columns / 4)
    }

    /// Numbers that the critic's verdict is a weighted sum of.
    pub fn features(&self) -> usize {
        self.quarter() * self.critic[1]
    }

    /// Checks every size.
    ///
    /// # Errors
    /// Names the field that is out of bounds.
    pub fn validate(&self) -> Result<(), NetworkError> {
        within("rows", self.rows, 4, MAX_SIDE)?;
        within("columns", self.columns, 4, MAX_SIDE)?;
        // Resolution is halved twice.
        within("rows modulo 4", self.rows % 4, 0, 0)?;
        within("columns modulo 4", self.columns % 4, 0, 0)?;
        within("planes", self.planes, 1, MAX_PLANES)?;
        within("latent", self.latent, 1, MAX_LATENT)?;
        within("classes", self.classes, 0, MAX_CLASSES)?;
        for stage in 0..2 {
            within("generator", self.generator[stage], 1, MAX_CHANNELS)?;
            within("critic", self.critic[stage], 1, MAX_CHANNELS)?;
        }
        Ok(())
    }

    /// The generator's tensors, then the critic's.
    pub fn parameters(&self) -> ParameterTable {
        let mut table = ParameterTable::default();
        self.push_generator(&mut table);
        self.push_critic(&mut table);
        table
    }

    /// Where the critic's parameters begin among all of them.
    pub fn generator_len(&self) -> usize {
        self.generator_parameters().len()
    }

    /// The generator's tensors alone.
    pub fn generator_parameters(&self) -> ParameterTable {
        let mut table = ParameterTable::default();
        self.push_generator(&mut table);
        table
    }

    /// The critic's tensors alone.
    pub fn critic_parameters(&self) -> ParameterTable {
        let mut table = ParameterTable::default();
        self.push_critic(&mut table);
        table
    }

    fn push_generator(&self, table: &mut ParameterTable) {
        let [quarter, half] = self.generator;
        let flat = self.quarter() * quarter;
        table.push("generator.dense.weight", &[self.latent, flat]);
        table.push("generator.dense.bias", &[flat]);
        if self.classes > 0 {
            table.push("generator.label", &[self.classes, flat]);
        }
        push_norm(table, "generator.quarter", quarter);
        // As those of the convolution that it is the adjoint of: [taps, out, in].
        table.push("generator.up.weight", &[TAPS, half, quarter]);
        push_norm(table, "generator.half", half);
        table.push("generator.output.weight", &[TAPS, self.planes, half]);
        table.push("generator.output.bias", &[self.planes]);
    }

    fn push_critic(&self, table: &mut ParameterTable) {
        let [half, quarter] = self.critic;
        table.push("critic.input.weight", &[TAPS, self.planes, half]);
        table.push("critic.input.bias", &[half]);
        table.push("critic.down.weight", &[TAPS, half, quarter]);
        table.push("critic.down.bias", &[quarter]);
        table.push("critic.dense.weight", &[self.features()]);
        table.push("critic.dense.bias", &[1]);
        if self.classes > 0 {
            table.push("critic.label", &[self.classes, self.features()]);
        }
    }
}

fn push_norm(table: &mut ParameterTable, name: &str, channels: usize) {
    for part in ["scale", "shift", "mean", "variance"] {
        table.push(&format!("{name}.{part}"), &[channels]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;
    use crate::initialise::initialise;

    fn full(classes: usize) -> Gan {
        let (generator, critic) = ([64, 32], [32, 64]);
        Gan { rows: 28, columns: 28, planes: 1, latent: 64, classes, generator, critic }
    }

    #[test]
    fn the_two_players_share_no_parameter_and_leave_none_out() {
        for gan in [full(0), full(10)] {
            let (generator, critic) = (gan.generator_parameters(), gan.critic_parameters());
            let all = gan.parameters();
            assert_eq!(all.len(), generator.len() + critic.len());
            assert_eq!(all.get("critic.input.weight").unwrap().offset, gan.generator_len());
            assert_eq!(all.tensors().len(), generator.tensors().len() + critic.tensors().len());
        }
        // 64·3136 + 3136, 4·64, 16·32·64, 4·32, 16·32 + 1; 16·32 + 32, 16·32·64 + 64, 3136 + 1.
        assert_eq!(full(0).generator_len(), 237_505);
        assert_eq!(full(0).parameters().len(), 237_505 + 36_513);
    }

    #[test]
    fn a_gan_survives_json_and_starts_with_norms_that_change_nothing() {
        let gan = Architecture::Gan(full(10));
        let text = serde_json::to_string(&gan).unwrap();
        assert_eq!(serde_json::from_str::<Architecture>(&text).unwrap(), gan, "{text}");
        assert_eq!((gan.kind(), gan.latent(), gan.pixels()), ("gan", 64, 784));
        assert!(gan.conditional());
        let (start, table) = (initialise(&gan, 1), gan.parameters());
        let all = |name: &str, value: f32| {
            start[table.get(name).unwrap().range()].iter().all(|&found| found == value)
        };
        assert!(all("generator.half.scale", 1.0) && all("generator.half.variance", 1.0));
        assert!(all("generator.half.shift", 0.0) && all("generator.half.mean", 0.0));
        assert!(all("generator.label", 0.0) && !all("critic.label", 0.0));
    }

    #[test]
    fn sizes_out_of_bounds_name_their_field() {
        assert_eq!(full(10).validate(), Ok(()));
        let odd = Gan { rows: 30, ..full(0) };
        assert_eq!(odd.validate().unwrap_err().field, "rows modulo 4");
        let wide = Gan { critic: [32, 0], ..full(0) };
        assert_eq!(wide.validate().unwrap_err().field, "critic");
    }
}
