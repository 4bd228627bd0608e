//! Every GAN of pretrained/ loads and reproduces its golden pictures and verdicts, by the fused kernels
//! and by the burn modules.

use std::fs;
use std::path::Path;

use halfdrawn_format::Weights;
use halfdrawn_training::{Compute, GanExplorer};
use serde_json::Value;

/// Two hexadecimal digits a pixel.
fn steps(text: &Value) -> Vec<f32> {
    let digits = text.as_str().unwrap().as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(|pair| f32::from(byte(pair))).collect()
}

#[test]
fn every_pretrained_gan_reproduces_its_golden_pictures_and_verdicts() {
    let folders = fs::read_dir(Path::new("../../pretrained")).unwrap().flatten();
    for folder in folders.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let read = |name: &str| fs::read(folder.join(name)).unwrap();
        let weights = Weights::read(&read("config.json"), &read("model.safetensors")).unwrap();
        if weights.architecture.gan().is_none() {
            continue;
        }
        let name = &weights.name;
        let golden: Value = serde_json::from_slice(&read("golden.json")).unwrap();
        let numbers = |entry: &str| golden[entry].as_array().unwrap().iter();
        let labels: Vec<u8> =
            numbers("labels").map(|label| label.as_u64().unwrap() as u8).collect();
        let expected: Vec<f32> = numbers("images").flat_map(steps).collect();
        let verdict: Vec<f64> = numbers("verdict").map(|a| a.as_f64().unwrap()).collect();
        let (seed, count) = (golden["seed"].as_u64().unwrap(), golden["count"].as_u64().unwrap());
        for compute in [Compute::Cpu, Compute::Flex] {
            let mut explorer = GanExplorer::load(&weights, &compute).unwrap();
            let found = explorer.sample(count as usize, seed, &labels).unwrap();
            assert_eq!(found.len(), expected.len(), "{name}");
            for (pixel, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let step = 255.0 * found;
                assert!((step - expected).abs() <= 1.0, "{name}, {compute:?}, {pixel}: {step}");
            }
            let judged = explorer.verdict(&found, &labels).unwrap();
            for (ours, theirs) in judged.iter().zip(&verdict) {
                let error = (f64::from(*ours) - theirs).abs();
                assert!(error < 1e-3 * theirs.abs().max(1.0), "{name}: {ours}, not {theirs}");
            }
        }
    }
}
