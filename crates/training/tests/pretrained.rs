//! Every model of pretrained/ that this crate reads loads and reproduces its golden sample.

mod common;

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use common::now;
use halfdrawn_format::Weights;
use halfdrawn_training::{Explorer, FusedCoder, Recogniser};
use serde_json::Value;

/// Two hexadecimal digits a pixel.
fn steps(text: &Value) -> Vec<f32> {
    let digits = text.as_str().unwrap().as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(|pair| f32::from(byte(pair))).collect()
}

#[test]
fn every_pretrained_model_with_latent_variables_reproduces_its_golden_sample() {
    let folders = fs::read_dir(Path::new("../../pretrained")).unwrap().flatten();
    for folder in folders.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let read = |name: &str| fs::read(folder.join(name)).unwrap();
        let weights = Weights::read(&read("config.json"), &read("model.safetensors")).unwrap();
        if weights.architecture.coder().is_none() {
            continue;
        }
        let golden: Value = serde_json::from_slice(&read("golden.json")).unwrap();
        let (seed, count) = (golden["seed"].as_u64().unwrap(), golden["count"].as_u64().unwrap());
        let labels = golden["labels"].as_array().unwrap().iter();
        let labels: Vec<u8> = labels.map(|label| label.as_u64().unwrap() as u8).collect();
        let expected: Vec<f32> =
            golden["images"].as_array().unwrap().iter().flat_map(steps).collect();
        let explorer = Explorer::load(&weights, &Device::flex()).unwrap();
        let found = now(explorer.sample(count as usize, seed, &labels)).unwrap();
        assert_eq!(found.len(), expected.len(), "{}", weights.name);
        for (pixel, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let step = 255.0 * found;
            assert!((step - expected).abs() <= 1.0, "{}, pixel {pixel}: {step}", weights.name);
        }
        // The kernels that it was trained with say the same of a picture.
        let mut fused = FusedCoder::new(&weights.architecture, 1).unwrap();
        let picture: Vec<u8> = expected[..784].iter().map(|&step| u8::from(step > 127.0)).collect();
        let latents = vec![0.25; weights.architecture.latent()];
        let label = &labels[..labels.len().min(1)];
        let ours = fused.nats(&weights.parameters, &latents, label, &picture)[0];
        let decoded = now(explorer.decode(&latents, label)).unwrap();
        let theirs: f64 = decoded
            .iter()
            .zip(&picture)
            .map(|(&p, &ink)| -f64::from(if ink == 1 { p } else { 1.0 - p }).ln())
            .sum();
        assert!((ours / theirs - 1.0).abs() < 1e-3, "{}: {ours}, not {theirs}", weights.name);
    }
}

#[test]
fn every_pretrained_classifier_says_of_its_golden_pictures_what_it_said() {
    let folders = fs::read_dir(Path::new("../../pretrained")).unwrap().flatten();
    for folder in folders.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let read = |name: &str| fs::read(folder.join(name)).unwrap();
        let weights = Weights::read(&read("config.json"), &read("model.safetensors")).unwrap();
        let Ok(mut recogniser) = Recogniser::load(&weights) else { continue };
        let golden: Value = serde_json::from_slice(&read("golden.json")).unwrap();
        let images: Vec<f32> =
            golden["images"].as_array().unwrap().iter().flat_map(steps).collect();
        let images: Vec<f32> = images.into_iter().map(|step| step / 255.0).collect();
        let said = recogniser.classify(&images).unwrap();
        for (name, found) in [("probabilities", said.probabilities), ("features", said.features)] {
            let rows = golden[name].as_array().unwrap().iter();
            let expected: Vec<f64> = rows
                .flat_map(|row| row.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()))
                .collect();
            assert_eq!(found.len(), expected.len(), "{}, {name}", weights.name);
            for (found, expected) in found.into_iter().zip(expected) {
                let error = (f64::from(found) - expected).abs();
                assert!(
                    error < 1e-4 * expected.abs().max(1.0),
                    "{}, {name}: {found}",
                    weights.name
                );
            }
        }
    }
}
