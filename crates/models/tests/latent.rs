//! What makes a variational autoencoder what it claims to be, on burn's CPU device.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_data::noise_into;
use halfdrawn_format::{Body, Coder, Vae as Config, initialise};
use halfdrawn_models::{AutoencoderConfig, Parts, Vae, VaeConfig};

const PIXELS: usize = 12;
const LATENT: usize = 3;

fn config(classes: usize) -> VaeConfig {
    let body = Body::Mlp { hidden: vec![9] };
    let coder = Coder { rows: 3, columns: 4, latent: LATENT, classes, body };
    VaeConfig { config: Config { coder } }
}

/// Weights as after some training.
fn model(classes: usize) -> Vae {
    let config = config(classes);
    let mut weights = initialise(&config.architecture(), 5);
    let mut noise = vec![0.0; weights.len()];
    noise_into(6, 6, &mut noise);
    weights.iter_mut().zip(noise).for_each(|(weight, noise)| *weight += 0.3 * noise);
    config.load(&weights, &Device::flex())
}

fn tensor(values: Vec<f32>, width: usize) -> Tensor<2> {
    let shape = [values.len() / width, width];
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().try_to_vec::<f32>().unwrap().into_iter().map(f64::from).collect()
}

fn picture() -> Vec<f32> {
    (0..PIXELS).map(|pixel| f32::from(u8::from(pixel % 3 == 0))).collect()
}

fn noise(count: usize, step: u64) -> Vec<f32> {
    let mut noise = vec![0.0; count * LATENT];
    noise_into(1, step, &mut noise);
    noise
}

#[test]
fn the_kl_is_what_a_hand_works_out() {
    // No weight but the biases of the encoder's output: μ = (1, 0, 0), ln σ² = (0, ln 4, 0).
    // KL = ½(1 + 1 − 1 − 0), ½(0 + 4 − 1 − ln 4), 0.
    let config = config(0);
    let architecture = config.architecture();
    let table = architecture.parameters();
    let mut weights = vec![0.0; table.len()];
    let bias = table.get("encoder.output.bias").unwrap().range();
    weights[bias].copy_from_slice(&[1.0, 0.0, 0.0, 0.0, 4f32.ln(), 0.0]);
    let model = config.load(&weights, &Device::flex());
    let Parts { reconstruction, kl } =
        model.loss_parts(tensor(picture(), PIXELS), None, tensor(noise(1, 0), LATENT));
    let expected = [0.5, 0.5 * (3.0 - 4f64.ln()), 0.0];
    for (kl, expected) in values(kl).into_iter().zip(expected) {
        assert!((kl - expected).abs() < 1e-6, "{kl}, not {expected}");
    }
    // A decoder without weights says p(ink) = ½: ln 2 a pixel.
    let nats = values(reconstruction)[0];
    assert!((nats - PIXELS as f64 * std::f64::consts::LN_2).abs() < 1e-5, "{nats}");
}

#[test]
fn the_kl_equals_its_monte_carlo_estimate() {
    let model = model(0);
    let x = tensor(picture(), PIXELS);
    let (mean, log_variance) = model.encode(x.clone(), None);
    let (mean, log_variance) = (values(mean), values(log_variance));
    let closed: f64 =
        values(model.loss_parts(x, None, tensor(noise(1, 0), LATENT)).kl).iter().sum();
    // The mean of ln q(z|x) − ln p(z) over z from q.
    let count = 200_000;
    let terms = noise(count, 7);
    let (mut total, mut squares) = (0.0, 0.0);
    for noise in terms.chunks_exact(LATENT) {
        let mut term = 0.0;
        for d in 0..LATENT {
            let noise = f64::from(noise[d]);
            let z = mean[d] + (0.5 * log_variance[d]).exp() * noise;
            term += 0.5 * (z * z - noise * noise - log_variance[d]);
        }
        total += term;
        squares += term * term;
    }
    let estimate = total / count as f64;
    let error = ((squares / count as f64 - estimate * estimate) / count as f64).sqrt();
    assert!((estimate - closed).abs() < 5.0 * error, "{estimate} ± {error}, not {closed}");
}

#[test]
fn the_loss_is_the_sum_of_its_parts() {
    let model = model(0);
    let x = || tensor(picture().repeat(4), PIXELS);
    let noise = || tensor(noise(4, 3), LATENT);
    let Parts { reconstruction, kl } = model.loss_parts(x(), None, noise());
    let kl = values(kl);
    let sums = values(reconstruction).into_iter().zip(kl.chunks(LATENT));
    let expected = sums.map(|(nats, kl)| nats + kl.iter().sum::<f64>());
    for (loss, expected) in values(model.loss(x(), None, noise())).into_iter().zip(expected) {
        assert!((loss - expected).abs() < 1e-5 * expected, "{loss}, not {expected}");
    }
    assert!(kl.iter().all(|&kl| kl >= 0.0));
}

#[test]
fn a_conditional_model_listens_to_the_digit_in_both_directions() {
    let model = model(10);
    let digit = |digit: usize| {
        let one = (0..10).map(|class| f32::from(u8::from(class == digit))).collect();
        Some(tensor(one, 10))
    };
    let encode = |label| values(model.encode(tensor(picture(), PIXELS), digit(label)).0);
    let decode = |label| values(model.sample(tensor(noise(1, 2), LATENT), digit(label)));
    assert_eq!(encode(3), encode(3));
    assert_ne!(encode(3), encode(4));
    assert_ne!(decode(3), decode(4));
    assert!(decode(3).iter().all(|p| (0.0..=1.0).contains(p)));
}

#[test]
fn presets_have_the_sizes_that_they_are_known_by() {
    let size = |name, conditional| {
        let config = VaeConfig::preset(name, conditional).unwrap();
        (config.architecture().latent(), config.architecture().parameters().len())
    };
    assert_eq!(size("mlp-20", false), (20, 652_824));
    assert_eq!(size("mlp-20", true), (20, 652_824 + 2 * 10 * 400));
    assert_eq!(size("mlp-2d", false).0, 2);
    let (latent, parameters) = size("conv-32", false);
    assert!(latent == 32 && parameters <= 1_000_000, "{parameters}");
    assert!(VaeConfig::preset("huge", false).is_none());
    let plain = AutoencoderConfig::preset("mlp-2d", false).unwrap().architecture();
    assert_eq!(plain.latent(), 2);
}
