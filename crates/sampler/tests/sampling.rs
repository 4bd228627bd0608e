//! The cached sampler against full forward passes.

mod common;

use common::{complete, masks, naive, network, picture, sampler, weights};
use halfdrawn_format::sha256_hex;
use halfdrawn_sampler::sigmoid::{log_probability, sigmoid};
use halfdrawn_sampler::{Request, Sampler};

#[test]
fn logits_equal_those_of_the_naive_forward_pass() {
    for with_context in [false, true] {
        for seed in 0..5 {
            let weights = weights(network(with_context), seed);
            let pixels = picture(35, seed);
            for (name, known) in masks(7, 5) {
                let ours = halfdrawn_sampler::logits(&weights, &pixels, &known).unwrap();
                let naive = naive::logits(&weights, &pixels, &known);
                for pixel in 0..35 {
                    let error = (f64::from(ours[pixel]) - naive[pixel]).abs();
                    assert!(error < 1e-4, "{name}, pixel {pixel}: {error}");
                }
            }
        }
    }
}

#[test]
fn images_of_a_hundred_seeds_equal_those_sampled_by_full_forward_passes() {
    let mut compared = 0;
    for with_context in [false, true] {
        let weights = weights(network(with_context), 1);
        let sampler = Sampler::new(&weights).unwrap();
        for seed in 0..100 {
            let masks = masks(7, 5);
            let (name, known) = &masks[seed as usize % masks.len()];
            let pixels = picture(35, seed);
            let (image, nearest) = naive::complete(&weights, &pixels, known, seed);
            if nearest > 1e-4 {
                let completion = complete(&sampler, &pixels, known, 1, seed);
                assert_eq!(completion.images(), image, "{name}, seed {seed}");
                compared += 1;
            }
        }
    }
    assert!(compared > 190, "only {compared} of 200 without a draw at its threshold");
}

#[test]
fn sampling_pixel_by_pixel_gives_the_bits_of_whole_rows() {
    for with_context in [false, true] {
        let sampler = sampler(with_context, 3);
        let pixels = picture(35, 9);
        for (name, known) in masks(7, 5) {
            let completion = complete(&sampler, &pixels, &known, 3, 5);
            for (index, image) in completion.images().chunks_exact(35).enumerate() {
                let logits = sampler.logits(image, &known).unwrap();
                let mut nats = 0.0;
                for pixel in 0..35 {
                    let p = completion.probabilities()[index * 35 + pixel];
                    if known[pixel] == 1 {
                        assert!(p.is_nan());
                    } else {
                        assert_eq!(p.to_bits(), sigmoid(logits[pixel]).to_bits(), "{name}");
                        nats += log_probability(logits[pixel], image[pixel]);
                    }
                }
                assert_eq!(completion.log_likelihood()[index].to_bits(), nats.to_bits());
                let mut job = sampler.log_likelihood(image, Some(&known)).unwrap();
                assert_eq!(job.advance(1), Ok(0));
                assert_eq!(job.values()[0].to_bits(), nats.to_bits(), "{name}");
            }
        }
    }
}

#[test]
fn a_completion_does_not_depend_on_how_many_there_are() {
    for with_context in [false, true] {
        let sampler = sampler(with_context, 2);
        let pixels = picture(35, 4);
        for (name, known) in masks(7, 5) {
            let many = complete(&sampler, &pixels, &known, 64, 11);
            for count in [1, 2, 3, 5, 16] {
                let few = complete(&sampler, &pixels, &known, count, 11);
                assert_eq!(few.images(), &many.images()[..count * 35], "{name}");
                for index in 0..count {
                    let (few, many) = (few.log_likelihood()[index], many.log_likelihood()[index]);
                    assert_eq!(few.to_bits(), many.to_bits(), "{name}, {count}");
                }
            }
        }
    }
}

#[test]
fn known_pixels_never_change_and_hidden_ones_never_matter() {
    for with_context in [false, true] {
        let sampler = sampler(with_context, 6);
        let pixels = picture(35, 12);
        for (name, known) in masks(7, 5) {
            let completion = complete(&sampler, &pixels, &known, 4, 1);
            for image in completion.images().chunks_exact(35) {
                let kept = (0..35).filter(|&pixel| known[pixel] == 1);
                kept.for_each(|pixel| assert_eq!(image[pixel], pixels[pixel], "{name}"));
            }
            let flipped: Vec<u8> =
                pixels.iter().zip(&known).map(|(pixel, known)| pixel ^ (1 - known)).collect();
            let other = complete(&sampler, &flipped, &known, 4, 1);
            assert_eq!(completion.images(), other.images(), "{name}");
        }
    }
}

#[test]
fn steps_of_any_size_end_in_the_same_images() {
    let sampler = sampler(true, 8);
    let pixels = picture(35, 3);
    let known = &masks(7, 5)[5].1;
    let whole = complete(&sampler, &pixels, known, 2, 9);
    let request = Request { pixels: &pixels, known, count: 2, seed: 9, temperature: 1.0 };
    let mut stepped = sampler.complete(&request).unwrap();
    let hidden: Vec<usize> = (0..35).filter(|&pixel| known[pixel] == 0).collect();
    for done in 0..hidden.len() {
        assert_eq!(stepped.position(), hidden[done]);
        let later = hidden[done..].iter();
        later.for_each(|&pixel| assert_eq!(stepped.images()[pixel], 0));
        assert_eq!(stepped.advance(1), hidden.len() - done - 1);
    }
    assert_eq!(stepped.position(), 35);
    assert_eq!(stepped.advance(5), 0);
    assert_eq!(stepped.images(), whole.images());
}

#[test]
fn low_temperature_takes_the_likelier_value() {
    let sampler = sampler(true, 4);
    let pixels = picture(35, 3);
    let known = vec![0; 35];
    let request = Request { pixels: &pixels, known: &known, count: 1, seed: 3, temperature: 0.05 };
    let mut cold = sampler.complete(&request).unwrap();
    cold.advance(35);
    let agreeing = (0..35)
        .filter(|&pixel| (cold.probabilities()[pixel] > 0.5) == (cold.images()[pixel] == 1))
        .count();
    assert!(agreeing >= 33, "{agreeing}");
}

#[test]
fn one_seed_gives_the_same_bits_on_every_machine_and_day() {
    let mut bytes = Vec::new();
    for with_context in [false, true] {
        let sampler = sampler(with_context, 2026);
        let pixels = picture(35, 1);
        for (_, known) in masks(7, 5) {
            let completion = complete(&sampler, &pixels, &known, 5, 42);
            bytes.extend_from_slice(completion.images());
            for value in completion.log_likelihood() {
                bytes.extend_from_slice(&value.to_bits().to_le_bytes());
            }
        }
    }
    assert_eq!(sha256_hex(&bytes), GOLDEN);
}

/// Changes only when the arithmetic does: a change breaks every link that visitors have shared.
const GOLDEN: &str = "97dec703a7c89eb144df765f63eb4dc137119f4af7392518dddda05442bd95d5";
