//! Small networks with pseudo-random weights, and masks to try them on.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod naive;

use halfdrawn_format::{Context, Network, Weights};
use halfdrawn_sampler::random::{stream, uniform};
use halfdrawn_sampler::{Completion, Request, Sampler};

/// An odd-sized picture, channels that fill no vector, dilations that reach past the border.
pub fn network(with_context: bool) -> Network {
    let context = Context { width: 10, hidden: 6, dilations: vec![1, 2], channels: 5 };
    Network {
        rows: 7,
        columns: 5,
        width: 12,
        hidden: 7,
        dilations: vec![1, 2, 1, 4],
        head: 9,
        context: with_context.then_some(context),
    }
}

/// Uniform weights of a variance that keeps activations in range, small random biases.
pub fn weights(network: Network, seed: u32) -> Weights {
    let mut random = stream(seed, 0);
    let mut parameters = Vec::new();
    for tensor in network.parameters().tensors() {
        let bound = tensor.fan_in().map_or(0.3, |inputs| (4.0 / inputs as f32).sqrt());
        parameters.extend((0..tensor.len()).map(|_| (2.0 * uniform(&mut random) - 1.0) * bound));
    }
    Weights { name: "small".into(), architecture: network.into(), parameters }
}

pub fn sampler(with_context: bool, seed: u32) -> Sampler {
    Sampler::new(&weights(network(with_context), seed)).unwrap()
}

/// Random pixels, ink with a probability of 0.4.
pub fn picture(pixels: usize, seed: u32) -> Vec<u8> {
    let mut random = stream(seed, 1);
    (0..pixels).map(|_| u8::from(uniform(&mut random) < 0.4)).collect()
}

/// Named masks: nothing, top, bottom, left, right and all known, every other pixel, one pixel
/// hidden, and random ones.
pub fn masks(rows: usize, columns: usize) -> Vec<(&'static str, Vec<u8>)> {
    let make = |known: &dyn Fn(usize, usize) -> bool| -> Vec<u8> {
        (0..rows * columns).map(|p| u8::from(known(p / columns, p % columns))).collect()
    };
    let random = picture(rows * columns, 77);
    vec![
        ("nothing known", make(&|_, _| false)),
        ("top known", make(&|row, _| row < rows / 2)),
        ("bottom known", make(&|row, _| row >= rows / 2)),
        ("left known", make(&|_, column| column < columns / 2)),
        ("right known", make(&|_, column| column >= columns / 2)),
        ("chequered", make(&|row, column| (row + column) % 2 == 0)),
        ("one pixel hidden", make(&|row, column| (row, column) != (rows / 2, 1))),
        ("random", random),
        ("all known", make(&|_, _| true)),
    ]
}

pub fn complete(
    sampler: &Sampler,
    pixels: &[u8],
    known: &[u8],
    count: usize,
    seed: u32,
) -> Completion {
    let request = Request { pixels, known, count, seed, temperature: 1.0 };
    let mut completion = sampler.complete(&request).unwrap();
    assert_eq!(completion.advance(usize::MAX), 0);
    completion
}
