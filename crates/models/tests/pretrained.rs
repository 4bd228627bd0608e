//! The shipped weights, through the sampler, against full forward passes of the burn models.
//!
//! A naive sampler makes 784 forward passes; but a logit depends on earlier pixels alone, so one
//! pass over the finished picture gives the logits of all 784. If every logit agrees and every
//! decision is the one that its random number asks for, the naive picture is the same, pixel by
//! pixel, by induction.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_data::{MaskKind, Mnist, PIXELS, SIDE, binarise_into, picture_rng};
use halfdrawn_format::Weights;
use halfdrawn_models::{CompletionConfig, PixelCnnConfig};
use halfdrawn_sampler::{Request, Sampler, random};

const SEEDS: u32 = 100;
const COMPLETIONS: usize = 2;
/// Of a logit.
const TOLERANCE: f32 = 1e-4;

fn pretrained() -> Vec<Weights> {
    let folder = Path::new("../../pretrained");
    let mut models = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if let Ok(config) = std::fs::read(entry.path().join("config.json")) {
            let weights = std::fs::read(entry.path().join("model.safetensors")).unwrap();
            let weights = Weights::read(&config, &weights).unwrap();
            models.extend(weights.architecture.network().is_some().then_some(weights));
        }
    }
    assert!(!models.is_empty(), "pretrained/ holds no model");
    models
}

fn tensor(bytes: &[u8]) -> Tensor<3> {
    let values: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte)).collect();
    let data = TensorData::new(values, [bytes.len() / PIXELS, SIDE, SIDE]);
    Tensor::from_data(data, &Device::flex())
}

fn burn_logits(weights: &Weights, images: &[u8], known: &[u8]) -> Vec<f32> {
    let (network, device) = (weights.architecture.network().unwrap().clone(), Device::flex());
    let (pictures, masks) = (tensor(images), tensor(&known.repeat(images.len() / PIXELS)));
    let logits = match network.context {
        Some(_) => {
            CompletionConfig { network }.load(&weights.parameters, &device).forward(pictures, masks)
        }
        None => PixelCnnConfig { network }.load(&weights.parameters, &device).forward(pictures),
    };
    logits.into_data().try_to_vec().unwrap()
}

#[test]
fn every_pretrained_model_samples_what_full_forward_passes_would() {
    let folder = Path::new("../../web/data/mnist");
    let mnist = Mnist::load(folder).unwrap();
    let masks = [MaskKind::Nothing, MaskKind::Bottom, MaskKind::Left, MaskKind::Strokes];
    for weights in pretrained() {
        let sampler = Sampler::new(&weights).unwrap();
        for seed in 0..SEEDS {
            let mut rng = picture_rng(u64::from(seed), 0, 0);
            let mut pixels = [0; PIXELS];
            binarise_into(mnist.test.grey(seed as usize), &mut rng, &mut pixels);
            let mask = masks[seed as usize % masks.len()];
            let known = mask.sample(&pixels, &mut rng);
            let request = Request {
                pixels: &pixels,
                known: &known,
                count: COMPLETIONS,
                seed,
                temperature: 1.0,
            };
            let mut completion = sampler.complete(&request).unwrap();
            completion.advance(usize::MAX);
            let logits = burn_logits(&weights, completion.images(), &known);
            for (index, image) in completion.images().chunks(PIXELS).enumerate() {
                let ours = sampler.logits(image, &known).unwrap();
                let mut stream = random::stream(seed, index);
                for pixel in 0..PIXELS {
                    let place = format!("{}, seed {seed}, pixel {pixel}", weights.name);
                    if known[pixel] == 1 {
                        assert_eq!(image[pixel], pixels[pixel], "{place}: a known pixel changed");
                        continue;
                    }
                    let burn = logits[index * PIXELS + pixel];
                    let error = (ours[pixel] - burn).abs();
                    assert!(error < TOLERANCE, "{place}: logit {burn} off by {error}");
                    let probability = 1.0 / (1.0 + (-burn).exp());
                    let drawn = random::uniform(&mut stream);
                    if (drawn - probability).abs() > TOLERANCE {
                        assert_eq!(image[pixel] == 1, drawn < probability, "{place}");
                    }
                }
            }
        }
    }
}
