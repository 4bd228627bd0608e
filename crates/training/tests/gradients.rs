//! The fused kernels, burn's autodiff and finite differences agree.

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::architectures;
use halfdrawn_data::noise_into;
use halfdrawn_format::{Architecture, Classifier, Context, Conv, LOGIT_LIMIT, Network, initialise};
use halfdrawn_models::{
    AutoencoderConfig, ClassifierConfig, CompletionConfig, PixelCnnConfig, VaeConfig,
};
use halfdrawn_training::{
    Batch, BurnGradients, Fused, FusedClassifier, FusedCoder, GradientSource, Loss,
};

/// Weights as after some training: nothing at zero, so that every path carries a gradient.
fn weights(network: &Network) -> Vec<f32> {
    let mut weights = initialise(&network.clone().into(), 3);
    let mut state = 17u32;
    for weight in &mut weights {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *weight += ((state >> 8) as f32 / 16_777_216.0 - 0.5) * 0.1;
    }
    weights
}

fn batch(network: &Network, count: usize) -> Batch {
    let mut batch = Batch::new(network.pixels());
    let mut state = 5u32;
    let mut bit = |one_in: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::from((state >> 8).is_multiple_of(one_in))
    };
    for _ in 0..count {
        let picture: Vec<u8> = (0..network.pixels()).map(|_| bit(4)).collect();
        let known: Vec<u8> = match network.context {
            Some(_) => (0..network.pixels()).map(|_| bit(2)).collect(),
            None => vec![0; network.pixels()],
        };
        batch.push(&picture, &known);
    }
    batch
}

#[test]
fn the_first_gradient_of_an_untrained_pixelcnn_is_the_same_in_both() {
    let network = PixelCnnConfig::tiny().network;
    let (weights, batch) = (initialise(&network.clone().into(), 1), batch(&network, 3));
    // Its logits are zero everywhere, where the pieces of the loss have no derivative of their own.
    let [mut ours, mut theirs] = [(); 2].map(|()| vec![0.0; weights.len()]);
    Fused::new(&network, 1).gradient(&weights, &batch, 1.0, &mut ours);
    let mut burn = BurnGradients::new(&network.into(), Device::flex());
    burn.gradient(&weights, &batch, 1.0, &mut theirs);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!((ours - theirs).abs() < 1e-3, "{ours}, not {theirs}");
    }
}

/// Odd sides, channels that fill no vector, one block wider than the picture.
fn awkward(context: bool) -> Network {
    Network {
        rows: 5,
        columns: 9,
        width: 19,
        hidden: 17,
        dilations: vec![1, 3, 4],
        head: 5,
        context: context.then(|| Context {
            width: 18,
            hidden: 3,
            dilations: vec![1, 2],
            channels: 5,
        }),
    }
}

fn networks() -> Vec<(&'static str, Network, usize)> {
    vec![
        ("awkward", awkward(false), 3),
        ("awkward with context", awkward(true), 3),
        ("pixelcnn small", PixelCnnConfig::small().network, 2),
        ("completion base", CompletionConfig::base().network, 2),
    ]
}

fn assert_fused_equals_burn(name: &str, network: &Network, weights: &[f32], batch: &Batch) {
    let mut expected = vec![0.0; weights.len()];
    let mut burn = BurnGradients::new(&network.clone().into(), Device::flex());
    let burn_loss = burn.gradient(weights, batch, 1.0, &mut expected);
    for threads in [1, 2] {
        let mut gradient = vec![0.0; weights.len()];
        let mut fused = Fused::new(network, threads);
        let loss = fused.gradient(weights, batch, 1.0, &mut gradient);
        assert!(
            (loss.reconstruction / burn_loss.reconstruction - 1.0).abs() < 1e-5,
            "{name}: loss {} against {}",
            loss.reconstruction,
            burn_loss.reconstruction
        );
        for tensor in network.parameters().tensors() {
            let (ours, theirs) = (&gradient[tensor.range()], &expected[tensor.range()]);
            let size = theirs.iter().map(|g| g * g).sum::<f32>().sqrt();
            let error = ours.iter().zip(theirs).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
            assert!(size > 0.0, "{name}: {} has no gradient", tensor.name);
            assert!(error < 2e-4 * size, "{name}: {} off by {error} of {size}", tensor.name);
        }
        let (ours, theirs) = (fused.losses(weights, batch), burn.losses(weights, batch));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            let (ours, theirs) = (ours.reconstruction, theirs.reconstruction);
            assert!((ours / theirs - 1.0).abs() < 1e-5, "{name}: nats {ours}, {theirs}");
        }
    }
}

#[test]
fn fused_gradients_equal_burns_autodiff_for_every_preset() {
    for (name, network, count) in networks() {
        let (weights, batch) = (weights(&network), batch(&network, count));
        assert_fused_equals_burn(name, &network, &weights, &batch);
    }
}

#[test]
fn logits_at_their_limit_carry_no_gradient_in_either() {
    let network = awkward(true);
    let (mut weights, batch) = (weights(&network), batch(&network, 3));
    let output = network.parameters().get("head.output.weight").unwrap().range();
    weights[output].iter_mut().for_each(|weight| *weight *= 60.0);
    let model = CompletionConfig { network: network.clone() }.load(&weights, &Device::flex());
    let (pictures, known) = batch.parts();
    let [pictures, known] = [pictures, known].map(|bytes| {
        let values: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte)).collect();
        let shape = [batch.len(), network.rows, network.columns];
        Tensor::<3>::from_data(TensorData::new(values, shape), &Device::flex())
    });
    let logits = model.forward(pictures, known).into_data().try_to_vec::<f32>().unwrap();
    let limited = logits.iter().filter(|logit| logit.abs() == LOGIT_LIMIT).count();
    assert!(limited > 5 && limited < logits.len() - 5, "{limited} of {}", logits.len());
    assert_fused_equals_burn("at the limit", &network, &weights, &batch);
}

#[test]
fn gradients_equal_finite_differences() {
    for context in [false, true] {
        let network = awkward(context);
        let (weights, batch) = (weights(&network), batch(&network, 2));
        let mut fused = Fused::new(&network, 1);
        let mut gradient = vec![0.0; weights.len()];
        fused.gradient(&weights, &batch, 1.0, &mut gradient);
        let mut loss_at = |weights: &[f32]| {
            let losses = fused.losses(weights, &batch);
            losses.iter().map(|loss| loss.reconstruction).sum::<f64>() / losses.len() as f64
        };
        // Along the gradient itself the slope is its length; a fault in any tensor shows.
        for tensor in network.parameters().tensors() {
            let slope = &gradient[tensor.range()];
            let length = slope.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            let step = 1e-3;
            let mut moved = |sign: f64| {
                let mut moved = weights.clone();
                for (weight, g) in moved[tensor.range()].iter_mut().zip(slope) {
                    *weight += (sign * step * f64::from(*g) / length) as f32;
                }
                loss_at(&moved)
            };
            let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            let error = (measured - length).abs();
            assert!(error < 0.02 * length + 1e-2, "{}: {measured} not {length}", tensor.name);
        }
    }
}

/// Weights as after some training, and a batch with digits and noise.
fn coder_case(architecture: &Architecture, count: usize) -> (Vec<f32>, Batch) {
    let coder = architecture.coder().unwrap();
    let mut weights = initialise(architecture, 3);
    let mut noise = vec![0.0; weights.len()];
    noise_into(9, 9, &mut noise);
    weights.iter_mut().zip(&noise).for_each(|(weight, noise)| *weight += 0.03 * noise);
    let mut batch = Batch::new(coder.pixels());
    noise_into(1, 2, &mut noise);
    let mut ink = noise.iter().cycle().map(|&z| u8::from(z > 1.0));
    for _ in 0..count {
        let picture: Vec<u8> = ink.by_ref().take(coder.pixels()).collect();
        batch.push(&picture, &vec![0; coder.pixels()]);
    }
    if coder.classes > 0 {
        batch.labels = (0..count).map(|index| (7 * index % 10) as u8).collect();
    }
    if matches!(architecture, Architecture::Vae(_)) {
        batch.noise = vec![0.0; count * coder.latent];
        noise_into(4, 4, &mut batch.noise);
    }
    (weights, batch)
}

fn coders() -> Vec<(String, Architecture)> {
    let small = architectures().into_iter().map(|(name, architecture)| (name.into(), architecture));
    let presets = ["mlp-2d", "mlp-20", "conv-32"].into_iter().flat_map(|preset| {
        let vae = VaeConfig::preset(preset, true).unwrap().architecture();
        let plain = AutoencoderConfig::preset(preset, false).unwrap().architecture();
        [(format!("vae {preset}"), vae), (format!("autoencoder {preset}"), plain)]
    });
    let all = small.chain(presets);
    all.filter(|(_, architecture)| architecture.coder().is_some()).collect()
}

#[test]
fn fused_coders_equal_burns_autodiff_for_every_preset() {
    for (name, architecture) in coders() {
        let (weights, batch) = coder_case(&architecture, 19);
        let beta = 0.7;
        let mut burn = BurnGradients::new(&architecture, Device::flex());
        let mut expected = vec![0.0; weights.len()];
        let burn_loss = burn.gradient(&weights, &batch, beta, &mut expected);
        for threads in [1, 2, 3] {
            let mut fused = FusedCoder::new(&architecture, threads).unwrap();
            let mut gradient = vec![f32::NAN; weights.len()];
            let loss = fused.gradient(&weights, &batch, beta, &mut gradient);
            let close = |ours: f64, theirs: f64| (ours - theirs).abs() <= 1e-5 * theirs.abs();
            assert!(close(loss.reconstruction, burn_loss.reconstruction), "{name}: {loss:?}");
            assert!(close(loss.kl, burn_loss.kl), "{name}: {loss:?}, not {burn_loss:?}");
            for tensor in architecture.parameters().tensors() {
                let (ours, theirs) = (&gradient[tensor.range()], &expected[tensor.range()]);
                let size = theirs.iter().map(|g| g * g).sum::<f32>().sqrt();
                let error =
                    ours.iter().zip(theirs).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
                assert!(size > 0.0, "{name}: {} has no gradient", tensor.name);
                assert!(error < 5e-4 * size, "{name}: {} off by {error} of {size}", tensor.name);
            }
            let each = |losses: Vec<Loss>| losses.into_iter().map(|loss| loss.total(1.0));
            let losses = each(fused.losses(&weights, &batch));
            for (ours, theirs) in losses.zip(each(burn.losses(&weights, &batch))) {
                assert!(close(ours, theirs), "{name}: {ours}, not {theirs}");
            }
        }
    }
}

#[test]
fn gradients_of_coders_equal_finite_differences() {
    for (name, architecture) in coders().into_iter().take(6) {
        let (weights, batch) = coder_case(&architecture, 5);
        let mut burn = BurnGradients::new(&architecture, Device::flex());
        let mut gradient = vec![0.0; weights.len()];
        let beta = 0.7;
        burn.gradient(&weights, &batch, beta, &mut gradient);
        for tensor in architecture.parameters().tensors() {
            let slope = &gradient[tensor.range()];
            let length = slope.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            let step = 1e-3;
            let mut moved = |sign: f64| {
                let mut moved = weights.clone();
                for (weight, g) in moved[tensor.range()].iter_mut().zip(slope) {
                    *weight += (sign * step * f64::from(*g) / length) as f32;
                }
                let losses = burn.losses(&moved, &batch).into_iter();
                losses.map(|loss| loss.total(f64::from(beta))).sum::<f64>() / batch.len() as f64
            };
            let measured = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            let error = (measured - length).abs();
            // Relus bend within the step.
            assert!(error < 0.04 * length + 5e-2, "{name}: {}: {measured}, {length}", tensor.name);
        }
    }
}

/// Grey pictures of a classifier, and weights as after some training.
fn classifier_case(config: &Classifier, count: usize) -> (Architecture, Vec<f32>, Batch) {
    let architecture = Architecture::Classifier(config.clone());
    let mut weights = initialise(&architecture, 5);
    let mut noise = vec![0.0; weights.len().max(count * config.pixels())];
    noise_into(2, 2, &mut noise);
    weights.iter_mut().zip(&noise).for_each(|(weight, noise)| *weight += 0.03 * noise);
    noise_into(1, 2, &mut noise);
    let mut batch = Batch::new(config.pixels());
    for picture in noise.chunks(config.pixels()).take(count) {
        let grey: Vec<u8> = picture.iter().map(|&z| (120.0 * z) as u8).collect();
        batch.push(&grey, &vec![0; config.pixels()]);
    }
    batch.labels = (0..count).map(|index| (7 * index % config.classes) as u8).collect();
    (architecture, weights, batch)
}

fn classifiers() -> [(&'static str, Classifier); 2] {
    // Odd channels and few classes; then the one that is shipped.
    let conv = Conv { width: [5, 7], hidden: [3, 9], blocks: [2, 1], squeeze: 3, dense: 6 };
    let awkward = Classifier { rows: 8, columns: 12, classes: 3, conv };
    [("awkward", awkward), ("small", ClassifierConfig::preset("small").unwrap().config)]
}

#[test]
fn fused_classifiers_equal_burns_autodiff() {
    for (name, config) in classifiers() {
        let (architecture, weights, batch) = classifier_case(&config, 7);
        let mut burn = BurnGradients::new(&architecture, Device::flex());
        let mut expected = vec![0.0; weights.len()];
        let theirs = burn.gradient(&weights, &batch, 1.0, &mut expected).reconstruction;
        for threads in [1, 2, 3] {
            let mut fused = FusedClassifier::new(&config, threads);
            let mut gradient = vec![f32::NAN; weights.len()];
            let ours = fused.gradient(&weights, &batch, 1.0, &mut gradient).reconstruction;
            assert!((ours / theirs - 1.0).abs() < 1e-5, "{name}: {ours}, not {theirs}");
            for tensor in architecture.parameters().tensors() {
                let (ours, theirs) = (&gradient[tensor.range()], &expected[tensor.range()]);
                let size = theirs.iter().map(|g| g * g).sum::<f32>().sqrt();
                let error =
                    ours.iter().zip(theirs).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
                assert!(size > 0.0, "{name}: {} has no gradient", tensor.name);
                assert!(error < 5e-4 * size, "{name}: {} off by {error} of {size}", tensor.name);
            }
            let losses = fused.losses(&weights, &batch).into_iter();
            for (ours, theirs) in losses.zip(burn.losses(&weights, &batch)) {
                let (ours, theirs) = (ours.reconstruction, theirs.reconstruction);
                assert!((ours - theirs).abs() < 1e-5 * theirs.max(1.0), "{name}: {ours}, {theirs}");
            }
        }
    }
}
