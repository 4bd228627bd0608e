//! The weights that training starts from.

use rand_core::Rng;
use rand_pcg::Pcg32;

use crate::network::Network;

/// Initial parameters of `network`: the same seed gives the same bits everywhere.
///
/// Weights are uniform with the variance of He et al. 2015, equation 10 (2 / inputs); what adds to
/// the residual stream is scaled down by its depth, since no layer normalises the stream
/// (Zhang et al. 2019, "Fixup"). Biases, positions and the last layer start at zero, so that an
/// untrained network says p(ink) = ½ everywhere: ln 2 nats a pixel.
pub fn initialise(network: &Network, seed: u64) -> Vec<f32> {
    let table = network.parameters();
    let mut parameters = vec![0.0; table.len()];
    for (index, tensor) in table.tensors().iter().enumerate() {
        let Some(fan_in) = tensor.fan_in().filter(|_| tensor.name != "head.output.weight") else {
            continue;
        };
        let blocks = match &network.context {
            Some(context) if tensor.name.starts_with("context.") => context.dilations.len(),
            _ => network.dilations.len(),
        };
        let depth = if tensor.name.ends_with("expand.weight") { blocks as f32 } else { 1.0 };
        let bound = (6.0 / (fan_in as f32 * depth)).sqrt();
        // One stream a tensor: a layer more does not change the others.
        let mut random = Pcg32::new(seed, index as u64);
        for parameter in &mut parameters[tensor.range()] {
            let unit = (random.next_u32() >> 8) as f32 / 16_777_216.0;
            *parameter = bound * (2.0 * unit - 1.0);
        }
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initial_weights_depend_on_the_seed_alone_and_have_the_stated_spread() {
        let network = Network {
            rows: 28,
            columns: 28,
            width: 64,
            hidden: 32,
            dilations: vec![1, 2],
            head: 16,
            context: None,
        };
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
