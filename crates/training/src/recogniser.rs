//! A classifier, ready to look at pictures: the judge of what generators make.

use halfdrawn_format::{Architecture, Classifier, Weights};

use crate::explorer::{ExploreError, check_values};
use crate::fused::FusedClassifier;

/// What a classifier says of pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recognition {
    /// p(class | picture), the classes of a picture side by side.
    pub probabilities: Vec<f32>,
    /// What the last layer sees, the numbers of a picture side by side.
    pub features: Vec<f32>,
}

/// A classifier with its weights. Computes on the processor, one picture at a time, so that a picture's
/// numbers do not depend on those beside it.
pub struct Recogniser {
    config: Classifier,
    parameters: Vec<f32>,
    fused: FusedClassifier,
}

impl Recogniser {
    /// Takes the weights of a file.
    ///
    /// # Errors
    /// A model that is no classifier.
    pub fn load(weights: &Weights) -> Result<Self, ExploreError> {
        let Architecture::Classifier(config) = &weights.architecture else {
            return Err(ExploreError::NoClassifier(weights.architecture.kind()));
        };
        let fused = FusedClassifier::new(config, 1);
        Ok(Self { config: config.clone(), parameters: weights.parameters.clone(), fused })
    }

    /// Classes that it tells apart.
    pub fn classes(&self) -> usize {
        self.config.classes
    }

    /// Features of a picture.
    pub fn width(&self) -> usize {
        self.config.conv.dense
    }

    /// Looks at pictures of 0 to 1, one after the other.
    ///
    /// # Errors
    /// An argument out of bounds.
    pub fn classify(&mut self, images: &[f32]) -> Result<Recognition, ExploreError> {
        let pixels = self.config.pixels();
        if images.is_empty() || !images.len().is_multiple_of(pixels) {
            let (argument, found) = ("images", images.len());
            let expected = format!("a multiple of {pixels}");
            return Err(ExploreError::Length { argument, found, expected });
        }
        check_values("images", images, |value| (0.0..=1.0).contains(&value), "from 0 to 1")?;
        let mut said = Recognition::default();
        for image in images.chunks_exact(pixels) {
            let (logits, features) = self.fused.classify(&self.parameters, image);
            said.probabilities.extend(softmax(logits));
            said.features.extend_from_slice(features);
        }
        Ok(said)
    }
}

fn softmax(logits: &[f32]) -> impl Iterator<Item = f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
    logits.iter().map(move |logit| (logit - largest).exp() / sum)
}
