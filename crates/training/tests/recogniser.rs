//! What a classifier says of pictures, natively as in burn.

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{architectures, digits, now};
use halfdrawn_data::PIXELS;
use halfdrawn_format::Architecture;
use halfdrawn_models::ClassifierConfig;
use halfdrawn_training::{Compute, ExploreError, Recogniser, Run, TrainerOptions};

fn pictures(count: usize) -> Vec<f32> {
    let digits = digits();
    let grey = (0..count).flat_map(|index| digits.grey(index).to_vec());
    grey.map(|level| f32::from(level) / 255.0).collect()
}

fn trained(steps: usize) -> halfdrawn_format::Weights {
    let mut all = architectures().into_iter();
    let (_, architecture) = all.find(|(name, _)| *name == "classifier").unwrap();
    let options = TrainerOptions { batch: 16, ..TrainerOptions::default() };
    let mut run = Run::new(architecture, options, digits(), Compute::Cpu).unwrap();
    for _ in 0..steps {
        now(run.step()).unwrap();
    }
    now(run.weights("trained"))
}

#[test]
fn a_recogniser_says_what_the_burn_module_says() {
    let weights = trained(30);
    let Architecture::Classifier(config) = weights.architecture.clone() else {
        panic!("a classifier")
    };
    let mut recogniser = Recogniser::load(&weights).unwrap();
    let images = pictures(6);
    let said = recogniser.classify(&images).unwrap();
    let sizes = (said.probabilities.len(), said.features.len());
    assert_eq!(sizes, (6 * recogniser.classes(), 6 * recogniser.width()));
    let model = ClassifierConfig { config }.load(&weights.parameters, &Device::flex());
    let tensor = Tensor::from_data(TensorData::new(images, [6, PIXELS]), &Device::flex());
    let both = [
        (model.classify(tensor.clone()), said.probabilities),
        (model.features(tensor), said.features),
    ];
    for (burn, ours) in both {
        let burn = burn.into_data().try_to_vec::<f32>().unwrap();
        for (ours, burn) in ours.iter().zip(burn) {
            assert!((ours - burn).abs() < 1e-5 * burn.abs().max(1.0), "{ours}, not {burn}");
        }
    }
}

#[test]
fn probabilities_sum_to_one_and_find_most_digits_after_a_few_steps() {
    let mut recogniser = Recogniser::load(&trained(400)).unwrap();
    let said = recogniser.classify(&pictures(500)).unwrap();
    let mut right = 0;
    for (row, &label) in said.probabilities.chunks(10).zip(digits().labels()) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        right += usize::from(row.iter().all(|&p| p <= row[usize::from(label)]));
    }
    assert!(right > 350, "{right} of 500");
}

#[test]
fn arguments_out_of_bounds_and_other_models_are_named() {
    let mut recogniser = Recogniser::load(&trained(0)).unwrap();
    let mut message = |images: &[f32]| recogniser.classify(images).unwrap_err().to_string();
    assert!(message(&[0.5; 783]).contains("images has 783 values"));
    assert!(message(&[]).contains("images has 0 values"));
    assert!(message(&[1.5; PIXELS]).contains("images[0] is 1.5"));
    let (_, pixelcnn) = architectures().remove(0);
    let run = Run::new(pixelcnn, TrainerOptions::default(), digits(), Compute::Cpu).unwrap();
    let weights = now(run.weights("pixelcnn"));
    assert_eq!(Recogniser::load(&weights).err(), Some(ExploreError::NoClassifier("pixelcnn")));
}
