//! Every folder of pretrained/ loads and reproduces its golden sample.

use std::fs;
use std::path::Path;

use halfdrawn_format::Weights;
use halfdrawn_sampler::{Request, Sampler};
use serde_json::Value;

fn pixels(text: &Value) -> Vec<u8> {
    text.as_str().unwrap().bytes().map(|byte| byte - b'0').collect()
}

fn reproduces_its_golden_sample(folder: &Path) {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let weights = Weights::read(&read("config.json"), &read("model.safetensors")).unwrap();
    if weights.architecture.network().is_none() {
        return; // Sampled by its decoder: crates/training/tests/pretrained.rs.
    }
    let sampler = Sampler::new(&weights).unwrap();
    let golden: Value = serde_json::from_slice(&read("golden.json")).unwrap();
    let images: Vec<Vec<u8>> = golden["images"].as_array().unwrap().iter().map(pixels).collect();
    let nats = golden["logLikelihood"].as_array().unwrap();
    let request = Request {
        pixels: &pixels(&golden["pixels"]),
        known: &pixels(&golden["known"]),
        count: golden["count"].as_u64().unwrap() as usize,
        seed: golden["seed"].as_u64().unwrap() as u32,
        temperature: golden["temperature"].as_f64().unwrap() as f32,
    };
    let mut completion = sampler.complete(&request).unwrap();
    completion.advance(usize::MAX);
    assert_eq!(completion.images(), images.concat(), "{}", folder.display());
    assert_eq!(nats.len(), request.count);
    for (ours, golden) in completion.log_likelihood().iter().zip(nats) {
        let golden = golden.as_f64().unwrap();
        assert!((ours - golden).abs() <= 1e-9 * golden.abs(), "{ours}, not {golden}");
    }
}

#[test]
fn every_pretrained_model_reproduces_its_golden_sample() {
    let root = Path::new("../../pretrained");
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    if folders.is_empty() {
        println!("pretrained/ holds no model yet: nothing to reproduce");
    }
    folders.iter().for_each(|folder| reproduces_its_golden_sample(folder));
}
