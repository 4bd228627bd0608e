//! The weights that training starts from.

use rand_core::Rng;
use rand_pcg::Pcg32;

use crate::architecture::Architecture;
use crate::table::{ParameterTable, Tensor};

/// Initial parameters of `architecture`: the same seed gives the same bits everywhere.
///
/// Weights are uniform with the variance of He et al. 2015, equation 10 (2 / inputs); what adds to
/// a residual stream is scaled down by its depth, since no layer normalises the stream
/// (Zhang et al. 2019, "Fixup"). Biases, positions and labels start at zero. So does the last layer
/// of a PixelCNN: untrained it says p(ink) = ½ everywhere, ln 2 nats a pixel. The last layers of an
/// encoder and a decoder start small (a tenth), so that a VAE starts near q(z|x) = p(z).
/// What normalises starts at scale and variance one.
pub fn initialise(architecture: &Architecture, seed: u64) -> Vec<f32> {
    initialise_table(&architecture.parameters(), seed, |tensor| scale(architecture, tensor))
}

/// Initial parameters of the network that has this table: as [`initialise`], the bounds of each tensor
/// times its `scale`.
pub fn initialise_table(
    table: &ParameterTable,
    seed: u64,
    scale: impl Fn(&Tensor) -> f32,
) -> Vec<f32> {
    let mut parameters = vec![0.0; table.len()];
    for (index, tensor) in table.tensors().iter().enumerate() {
        if tensor.name.ends_with(".scale") || tensor.name.ends_with(".variance") {
            parameters[tensor.range()].fill(1.0);
        }
        let Some(fan_in) = tensor.fan_in() else { continue };
        let bound = scale(tensor) * (6.0 / fan_in as f32).sqrt();
        // One stream a tensor: a layer more does not change the others.
        let mut random = Pcg32::new(seed, index as u64);
        for parameter in &mut parameters[tensor.range()] {
            let unit = (random.next_u32() >> 8) as f32 / 16_777_216.0;
            *parameter = bound * (2.0 * unit - 1.0);
        }
    }
    parameters
}

fn scale(architecture: &Architecture, tensor: &Tensor) -> f32 {
    let name = tensor.name.as_str();
    match name {
        "head.output.weight" => return 0.0,
        "encoder.output.weight" | "decoder.output.weight" => return 0.1,
        _ => {}
    }
    if !name.ends_with("expand.weight") {
        return 1.0;
    }
    let blocks = match architecture {
        Architecture::PixelCnn(network) => match &network.context {
            Some(context) if name.starts_with("context.") => context.dilations.len(),
            _ => network.dilations.len(),
        },
        _ => architecture.conv().map_or(1, |conv| conv.blocks.iter().sum()),
    };
    1.0 / (blocks as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;

    #[test]
    fn initial_weights_depend_on_the_seed_alone_and_have_the_stated_spread() {
        let network = Architecture::PixelCnn(Network {
            rows: 28,
            columns: 28,
            width: 64,
            hidden: 32,
            dilations: vec![1, 2],
            head: 16,
            context: None,
        });
        let first = initialise(&network, 7);
        assert_eq!(first, initialise(&network, 7));
        assert_ne!(first, initialise(&network, 8));
        let table = network.parameters();
        let conv = &first[table.get("blocks.0.conv.weight").unwrap().range()];
        let variance = conv.iter().map(|w| w * w).sum::<f32>() / conv.len() as f32;
        assert!((variance * 160.0 - 2.0).abs() < 0.1, "variance {variance}");
        assert!(first[table.get("head.output.weight").unwrap().range()].iter().all(|w| *w == 0.0));
    }
}
