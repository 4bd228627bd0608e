//! What a logit may depend on, and that the probabilities are exactly normalised.

mod common;

use common::{masks, network, picture, sampler, weights};
use halfdrawn_format::{Context, Network};
use halfdrawn_sampler::Sampler;

fn bits(logits: &[f32]) -> Vec<u32> {
    logits.iter().map(|logit| logit.to_bits()).collect()
}

#[test]
fn no_logit_of_the_plain_network_sees_its_pixel_or_a_later_one() {
    let sampler = sampler(false, 5);
    let pixels = picture(35, 2);
    let before = bits(&sampler.logits(&pixels, &[0; 35]).unwrap());
    for pixel in 0..35 {
        let mut changed = pixels.clone();
        changed[pixel] ^= 1;
        let after = bits(&sampler.logits(&changed, &[0; 35]).unwrap());
        assert_eq!(before[..=pixel], after[..=pixel], "pixel {pixel}");
        assert!(pixel == 34 || before[pixel + 1..] != after[pixel + 1..], "pixel {pixel}");
    }
}

#[test]
fn no_logit_of_the_completion_network_sees_a_later_hidden_pixel() {
    let sampler = sampler(true, 5);
    let pixels = picture(35, 2);
    for (name, known) in masks(7, 5) {
        let before = bits(&sampler.logits(&pixels, &known).unwrap());
        for pixel in (0..35).filter(|&pixel| known[pixel] == 0) {
            let mut changed = pixels.clone();
            changed[pixel] ^= 1;
            let after = bits(&sampler.logits(&changed, &known).unwrap());
            assert_eq!(before[..=pixel], after[..=pixel], "{name}, pixel {pixel}");
        }
    }
}

#[test]
fn logits_of_the_completion_network_see_later_known_pixels() {
    let sampler = sampler(true, 5);
    let mut pixels = picture(35, 2);
    let known: Vec<u8> = (0..35).map(|pixel| u8::from(pixel >= 20)).collect();
    let before = sampler.logits(&pixels, &known).unwrap();
    pixels[22] ^= 1;
    let after = sampler.logits(&pixels, &known).unwrap();
    assert!(before[..20] != after[..20]);
}

#[test]
fn probabilities_of_all_completions_sum_to_one() {
    for with_context in [false, true] {
        let context = Context { width: 9, hidden: 4, dilations: vec![1], channels: 3 };
        let network = Network {
            rows: 2,
            columns: 3,
            context: with_context.then_some(context),
            ..network(false)
        };
        let sampler = Sampler::new(&weights(network, 3)).unwrap();
        for (name, known) in masks(2, 3) {
            let pixels = picture(6, 8);
            let hidden: Vec<usize> = (0..6).filter(|&pixel| known[pixel] == 0).collect();
            let mut images = Vec::new();
            for choice in 0..1_u8 << hidden.len() {
                let mut image = pixels.clone();
                for (bit, &pixel) in hidden.iter().enumerate() {
                    image[pixel] = choice >> bit & 1;
                }
                images.extend(image);
            }
            let knowns = known.repeat(images.len() / 6);
            let mut job = sampler.log_likelihood(&images, Some(&knowns)).unwrap();
            assert_eq!(job.advance(usize::MAX), Ok(0));
            let sum: f64 = job.values().iter().map(|nats| nats.exp()).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{name}: {sum}");
        }
    }
}

#[test]
fn without_a_mask_the_likelihood_is_that_of_nothing_known() {
    for with_context in [false, true] {
        let sampler = sampler(with_context, 5);
        let images = [picture(35, 1), picture(35, 2), picture(35, 3)].concat();
        let mut plain = sampler.log_likelihood(&images, None).unwrap();
        let mut masked = sampler.log_likelihood(&images, Some(&[0; 105])).unwrap();
        assert_eq!((plain.advance(2), plain.values().len()), (Ok(1), 2));
        assert_eq!((plain.advance(2), masked.advance(9)), (Ok(0), Ok(0)));
        assert_eq!(plain.values(), masked.values());
    }
}
