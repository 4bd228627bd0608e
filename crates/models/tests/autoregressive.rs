//! What makes the models what they claim to be, on burn's CPU device.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_format::{Context, Network, Weights, initialise};
use halfdrawn_models::{CompletionConfig, PixelCnnConfig, flat_parameters};
use halfdrawn_sampler::{Request, Sampler, random};

fn network(context: bool) -> Network {
    Network {
        rows: 6,
        columns: 7,
        width: 12,
        hidden: 8,
        dilations: vec![1, 2, 4],
        head: 8,
        context: context.then(|| Context {
            width: 8,
            hidden: 8,
            dilations: vec![1, 2],
            channels: 8,
        }),
    }
}

/// Weights far from their start, so that every logit depends on all that it may.
fn weights(network: &Network, seed: u64) -> Vec<f32> {
    let architecture = network.clone().into();
    let mut weights = initialise(&architecture, seed);
    let others = initialise(&architecture, seed + 1);
    for (weight, other) in weights.iter_mut().zip(others.iter().rev()) {
        *weight += 0.3 * other + 0.02;
    }
    weights
}

fn tensor(bytes: &[u8], network: &Network) -> Tensor<3> {
    let count = bytes.len() / network.pixels();
    let values: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte)).collect();
    let data = TensorData::new(values, [count, network.rows, network.columns]);
    Tensor::from_data(data, &Device::flex())
}

fn logits(network: &Network, weights: &[f32], picture: &[u8], known: &[u8]) -> Vec<f32> {
    let (device, network) = (Device::flex(), network.clone());
    let (pictures, known) = (tensor(picture, &network), tensor(known, &network));
    let logits = match network.context {
        Some(_) => CompletionConfig { network }.load(weights, &device).forward(pictures, known),
        None => PixelCnnConfig { network }.load(weights, &device).forward(pictures),
    };
    logits.into_data().try_to_vec().unwrap()
}

fn picture(network: &Network, seed: u32) -> Vec<u8> {
    let mut state = seed;
    (0..network.pixels())
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 30) as u8 & 1
        })
        .collect()
}

#[test]
fn masked_convolution_never_sees_a_later_pixel() {
    for context in [false, true] {
        let network = network(context);
        let weights = weights(&network, 1);
        let (before, known) = (picture(&network, 4), vec![0; network.pixels()]);
        let expected = logits(&network, &weights, &before, &known);
        for pixel in 0..network.pixels() {
            let mut changed = before.clone();
            changed[pixel] ^= 1;
            let now = logits(&network, &weights, &changed, &known);
            assert_eq!(now[..=pixel], expected[..=pixel], "pixel {pixel} leaks");
            if pixel + 1 < network.pixels() {
                assert_ne!(now[pixel + 1..], expected[pixel + 1..], "pixel {pixel} is not seen");
            }
        }
    }
}

#[test]
fn the_completion_model_sees_later_pixels_that_are_known_and_no_hidden_one() {
    let network = network(true);
    let weights = weights(&network, 2);
    let before = picture(&network, 9);
    let known: Vec<u8> = (0..network.pixels()).map(|pixel| u8::from(pixel % 3 == 0)).collect();
    let expected = logits(&network, &weights, &before, &known);
    for pixel in 1..network.pixels() {
        let mut changed = before.clone();
        changed[pixel] ^= 1;
        let now = logits(&network, &weights, &changed, &known);
        if known[pixel] == 1 {
            assert_ne!(now[..pixel], expected[..pixel], "known pixel {pixel} is not seen");
        } else {
            assert_eq!(now[..=pixel], expected[..=pixel], "hidden pixel {pixel} leaks");
        }
    }
}

#[test]
fn probabilities_over_all_completions_of_a_small_picture_sum_to_one() {
    for context in [false, true] {
        let network = Network { rows: 2, columns: 3, ..network(context) };
        let weights = weights(&network, 3);
        let masks: &[u8] = if context { &[0b000000, 0b010010, 0b111000, 0b000101] } else { &[0] };
        for mask in masks {
            let known: Vec<u8> = (0..6).map(|pixel| mask >> (5 - pixel) & 1).collect();
            let mut pictures = Vec::new();
            let mut masks = Vec::new();
            for bits in 0..64u8 {
                let picture: Vec<u8> = (0..6).map(|pixel| bits >> (5 - pixel) & 1).collect();
                // The known pixels hold one picture; the others take every value.
                if picture.iter().zip(&known).all(|(ink, known)| known * ink == *known) {
                    pictures.extend(picture);
                    masks.extend(&known);
                }
            }
            let (pictures, masks) = (tensor(&pictures, &network), tensor(&masks, &network));
            let network = network.clone();
            let device = Device::flex();
            let nats = match network.context {
                Some(_) => {
                    CompletionConfig { network }.load(&weights, &device).loss(pictures, masks)
                }
                None => PixelCnnConfig { network }.load(&weights, &device).loss(pictures, masks),
            };
            let nats = nats.into_data().try_to_vec::<f32>().unwrap();
            let sum: f64 = nats.iter().map(|&nats| (-f64::from(nats)).exp()).sum();
            assert!((sum - 1.0).abs() < 1e-5, "mask {mask:06b}: {sum}");
        }
    }
}

#[test]
fn parameters_come_back_in_the_order_of_the_table() {
    for context in [false, true] {
        let network = network(context);
        let weights = weights(&network, 5);
        let device = Device::flex();
        let flat = if context {
            let config = CompletionConfig { network: network.clone() };
            flat_parameters(&config.load(&weights, &device), &network.parameters())
        } else {
            let config = PixelCnnConfig { network: network.clone() };
            flat_parameters(&config.load(&weights, &device), &network.parameters())
        };
        assert_eq!(flat, weights);
    }
}

#[test]
fn presets_keep_within_their_parameters() {
    assert!(PixelCnnConfig::small().network.parameters().len() <= 60_000);
    assert!(CompletionConfig::base().network.parameters().len() <= 1_000_000);
}

#[test]
fn an_untrained_model_knows_nothing() {
    let config = PixelCnnConfig::small();
    let blank = vec![0; config.network.pixels()];
    let model = config.init(1, &Device::flex());
    let pictures = tensor(&blank, &config.network);
    let nats = model.loss(pictures.clone(), pictures).into_scalar::<f32>();
    assert!((nats - 784.0 * std::f32::consts::LN_2).abs() < 1e-2);
}

#[test]
fn incremental_sampling_equals_full_forward_passes() {
    for context in [false, true] {
        let network = network(context);
        for seed in 0..12 {
            let weights = weights(&network, u64::from(seed));
            let sampler = Sampler::new(&Weights {
                name: "test".into(),
                architecture: network.clone().into(),
                parameters: weights.clone(),
            })
            .unwrap();
            let pixels = picture(&network, seed);
            let known: Vec<u8> = picture(&network, seed + 50);
            let request =
                Request { pixels: &pixels, known: &known, count: 1, seed, temperature: 1.0 };
            let mut completion = sampler.complete(&request).unwrap();
            completion.advance(usize::MAX);
            let mut stream = random::stream(seed, 0);
            let uniform = || random::uniform(&mut stream);
            let (config, device) = (network.clone(), Device::flex());
            let (start, mask) = (tensor(&pixels, &network), tensor(&known, &network));
            let naive = match network.context {
                Some(_) => CompletionConfig { network: config }
                    .load(&weights, &device)
                    .sample(start, mask, uniform),
                None => PixelCnnConfig { network: config }
                    .load(&weights, &device)
                    .sample(start, mask, uniform),
            };
            let naive: Vec<f32> = naive.into_data().try_to_vec().unwrap();
            let image: Vec<f32> = completion.images().iter().map(|&ink| f32::from(ink)).collect();
            let burn = logits(&network, &weights, completion.images(), &known);
            let ours = sampler.logits(completion.images(), &known).unwrap();
            for (ours, burn) in ours.iter().zip(&burn) {
                assert!((ours - burn).abs() < 1e-4, "logit {ours} against {burn}");
            }
            assert_eq!(image, naive, "seed {seed}");
        }
    }
}
