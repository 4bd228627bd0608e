//! Looking around in a model, and what its pictures cost.

mod common;

use burn::tensor::Device;
use common::{architectures, digits, now};
use halfdrawn_data::{Digits, PIXELS, binarise_into, picture_rng};
use halfdrawn_training::{Compute, ExploreError, Explorer, Run, TrainerOptions};

fn pictures(digits: &Digits, count: usize) -> Vec<f32> {
    let mut pictures = Vec::new();
    let mut picture = [0; PIXELS];
    for index in 0..count {
        binarise_into(digits.grey(index), &mut picture_rng(1, 0, index as u64), &mut picture);
        pictures.extend(picture.map(f32::from));
    }
    pictures
}

fn trained(index: usize) -> (Run, Explorer) {
    let (_, architecture) = architectures().remove(index);
    let options = TrainerOptions { batch: 16, ..TrainerOptions::default() };
    let mut run = Run::new(architecture, options, digits(), Compute::Cpu).unwrap();
    for _ in 0..150 {
        now(run.step()).unwrap();
    }
    let weights = now(run.weights("trained"));
    (run, Explorer::load(&weights, &Device::flex()).unwrap())
}

#[test]
fn the_elbo_is_at_most_the_importance_weighted_bound_and_that_grows_with_k() {
    let (_, explorer) = trained(2);
    let images = pictures(&digits(), 40);
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let elbo = mean(now(explorer.elbo(&images, &[], 1, 64)).unwrap().elbo);
    let bounds = [1, 5, 50, 500].map(|k| mean(now(explorer.bound(&images, &[], 1, k)).unwrap()));
    // One sample is the ELBO up to its noise; more only come nearer to ln p(x).
    assert!((bounds[0] - elbo).abs() < 2.0, "{} and {elbo}", bounds[0]);
    assert!(elbo < bounds[1] && bounds[1] < bounds[2] && bounds[2] < bounds[3], "{bounds:?}");
}

#[test]
fn the_elbo_splits_into_reconstruction_and_kl() {
    let (_, explorer) = trained(2);
    let images = pictures(&digits(), 5);
    let elbo = now(explorer.elbo(&images, &[], 1, 3)).unwrap();
    assert_eq!((elbo.reconstruction.len(), elbo.kl.len()), (5, 15));
    for index in 0..5 {
        let sum = elbo.reconstruction[index] + elbo.kl[3 * index..][..3].iter().sum::<f64>();
        assert!((sum + elbo.elbo[index]).abs() < 1e-9);
    }
}

#[test]
fn a_run_shows_the_weights_of_now() {
    let (run, explorer) = trained(3);
    let images = pictures(&digits(), 2);
    let ours = now(run.explorer().encode(&images, &[1, 2])).unwrap();
    assert_eq!(ours, now(explorer.encode(&images, &[1, 2])).unwrap());
    let pictures = now(run.explorer().decode(&ours.0, &[1, 2])).unwrap();
    assert_eq!(pictures.len(), 2 * PIXELS);
    assert!(pictures.iter().all(|p| (0.0..=1.0).contains(p)));
    let sample = now(explorer.sample(3, 9, &[1, 2, 3])).unwrap();
    assert_eq!(sample, now(explorer.sample(3, 9, &[1, 2, 3])).unwrap());
}

#[test]
fn arguments_out_of_bounds_are_named() {
    let (_, explorer) = trained(3);
    let image = vec![0.5; PIXELS];
    let named = |error: ExploreError, name: &str| assert!(error.to_string().contains(name));
    named(now(explorer.encode(&image[1..], &[1])).unwrap_err(), "images has 783");
    named(now(explorer.encode(&image, &[])).unwrap_err(), "labels has 0");
    named(now(explorer.encode(&image, &[10])).unwrap_err(), "labels[0] is 10");
    named(now(explorer.encode(&vec![1.5; PIXELS], &[1])).unwrap_err(), "images[0] is 1.5");
    named(now(explorer.decode(&[f32::NAN; 3], &[1])).unwrap_err(), "latents[0] is NaN");
    let (_, pixelcnn) = architectures().remove(0);
    let run = Run::new(pixelcnn, TrainerOptions::default(), digits(), Compute::Cpu).unwrap();
    let weights = now(run.weights("pixelcnn"));
    assert_eq!(
        Explorer::load(&weights, &Device::flex()).err(),
        Some(ExploreError::Kind("pixelcnn"))
    );
}
