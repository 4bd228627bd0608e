//! Which model a file or a training run holds.

use serde::{Deserialize, Serialize};

use crate::classifier::Classifier;
use crate::coder::{Body, Coder, Conv};
use crate::gan::Gan;
use crate::network::{Network, NetworkError};
use crate::table::ParameterTable;

/// The model of a weight file or of a training run: all that decides what its parameters mean.
///
/// In JSON a PixelCNN is its [`Network`] alone, as in files older than the other models; the others
/// stand under their names: `{"vae": {…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum Architecture {
    /// p(x) pixel by pixel; with a context network, p(hidden | known).
    PixelCnn(Network),
    /// A code that a picture can be rebuilt from.
    Autoencoder(Autoencoder),
    /// A latent variable model, p(x) = ∫ p(x|z) p(z) dz.
    Vae(Vae),
    /// p(class | picture).
    Classifier(Classifier),
    /// A generator, and the critic that it learned from.
    Gan(Gan),
}

/// The configuration of an autoencoder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Autoencoder {
    /// Encoder and decoder.
    pub coder: Coder,
    /// What is minimised.
    pub reconstruction: Reconstruction,
}

/// How an autoencoder's output is compared with the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reconstruction {
    /// Nats of the pixels under sigmoid(logits).
    #[default]
    Bernoulli,
    /// Σ (x − sigmoid(logits))².
    Squared,
}

/// The configuration of a variational autoencoder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vae {
    /// Encoder, to mean and log-variance, and decoder.
    pub coder: Coder,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    PixelCnn(Network),
    Other(Other),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Other {
    Autoencoder(Autoencoder),
    Vae(Vae),
    Classifier(Classifier),
    Gan(Gan),
}

impl From<Stored> for Architecture {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::PixelCnn(network) => Self::PixelCnn(network),
            Stored::Other(Other::Autoencoder(autoencoder)) => Self::Autoencoder(autoencoder),
            Stored::Other(Other::Vae(vae)) => Self::Vae(vae),
            Stored::Other(Other::Classifier(classifier)) => Self::Classifier(classifier),
            Stored::Other(Other::Gan(gan)) => Self::Gan(gan),
        }
    }
}

impl From<Architecture> for Stored {
    fn from(architecture: Architecture) -> Self {
        match architecture {
            Architecture::PixelCnn(network) => Self::PixelCnn(network),
            Architecture::Autoencoder(autoencoder) => Self::Other(Other::Autoencoder(autoencoder)),
            Architecture::Vae(vae) => Self::Other(Other::Vae(vae)),
            Architecture::Classifier(classifier) => Self::Other(Other::Classifier(classifier)),
            Architecture::Gan(gan) => Self::Other(Other::Gan(gan)),
        }
    }
}

impl From<Network> for Architecture {
    fn from(network: Network) -> Self {
        Self::PixelCnn(network)
    }
}

impl Architecture {
    /// `pixelcnn`, `completion`, `autoencoder`, `vae`, `classifier` or `gan`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PixelCnn(Network { context: None, .. }) => "pixelcnn",
            Self::PixelCnn(_) => "completion",
            Self::Autoencoder(_) => "autoencoder",
            Self::Vae(_) => "vae",
            Self::Classifier(_) => "classifier",
            Self::Gan(_) => "gan",
        }
    }

    /// The network of a PixelCNN or a completion model.
    pub fn network(&self) -> Option<&Network> {
        match self {
            Self::PixelCnn(network) => Some(network),
            _ => None,
        }
    }

    /// Generator and critic, of a model that has them.
    pub fn gan(&self) -> Option<&Gan> {
        match self {
            Self::Gan(gan) => Some(gan),
            _ => None,
        }
    }

    /// Encoder and decoder, of a model that has them.
    pub fn coder(&self) -> Option<&Coder> {
        match self {
            Self::Autoencoder(autoencoder) => Some(&autoencoder.coder),
            Self::Vae(vae) => Some(&vae.coder),
            _ => None,
        }
    }

    /// The convolutional layers of an encoder, of a model that has them.
    pub(crate) fn conv(&self) -> Option<&Conv> {
        match (self, self.coder().map(|coder| &coder.body)) {
            (Self::Classifier(classifier), _) => Some(&classifier.conv),
            (_, Some(Body::Conv(conv))) => Some(conv),
            _ => None,
        }
    }

    /// Latent variables of a picture; zero for a model without.
    pub fn latent(&self) -> usize {
        match self {
            Self::Gan(gan) => gan.latent,
            _ => self.coder().map_or(0, |coder| coder.latent),
        }
    }

    /// Whether the model is told the digit.
    pub fn conditional(&self) -> bool {
        match self {
            Self::Gan(gan) => gan.classes > 0,
            _ => self.coder().is_some_and(|coder| coder.classes > 0),
        }
    }

    /// Pixels in a picture; of a GAN's, the numbers: three to a pixel of stacked digits.
    pub fn pixels(&self) -> usize {
        match self {
            Self::PixelCnn(network) => network.pixels(),
            Self::Autoencoder(Autoencoder { coder, .. }) | Self::Vae(Vae { coder }) => {
                coder.pixels()
            }
            Self::Classifier(classifier) => classifier.pixels(),
            Self::Gan(gan) => gan.pixels(),
        }
    }

    /// Checks every size.
    ///
    /// # Errors
    /// Names the field that is out of bounds.
    pub fn validate(&self) -> Result<(), NetworkError> {
        match self {
            Self::PixelCnn(network) => network.validate(),
            Self::Autoencoder(Autoencoder { coder, .. }) | Self::Vae(Vae { coder }) => {
                coder.validate()
            }
            Self::Classifier(classifier) => classifier.validate(),
            Self::Gan(gan) => gan.validate(),
        }
    }

    /// Every parameter tensor, in the one order that files, optimiser and gradients use.
    pub fn parameters(&self) -> ParameterTable {
        match self {
            Self::PixelCnn(network) => network.parameters(),
            Self::Autoencoder(Autoencoder { coder, .. }) => coder.parameters(coder.latent),
            // Means, then log-variances.
            Self::Vae(Vae { coder }) => coder.parameters(2 * coder.latent),
            Self::Classifier(classifier) => classifier.parameters(),
            Self::Gan(gan) => gan.parameters(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coder(body: Body) -> Coder {
        Coder { rows: 28, columns: 28, latent: 20, classes: 10, body }
    }

    fn conv() -> Body {
        Body::Conv(layers())
    }

    fn layers() -> Conv {
        Conv { width: [4, 6], hidden: [2, 3], blocks: [1, 2], squeeze: 2, dense: 5 }
    }

    #[test]
    fn every_architecture_survives_json() {
        let mlp = coder(Body::Mlp { hidden: vec![400] });
        let models = [
            Architecture::Vae(Vae { coder: mlp.clone() }),
            Architecture::Vae(Vae { coder: coder(conv()) }),
            Architecture::Autoencoder(Autoencoder {
                coder: mlp,
                reconstruction: Reconstruction::Squared,
            }),
        ];
        for model in models {
            let text = serde_json::to_string(&model).unwrap();
            assert_eq!(serde_json::from_str::<Architecture>(&text).unwrap(), model, "{text}");
            let damaged = text.replace("\"latent\"", "\"latant\"");
            assert!(serde_json::from_str::<Architecture>(&damaged).is_err(), "{damaged}");
        }
    }

    #[test]
    fn a_network_without_a_name_is_a_pixelcnn() {
        let text = r#"{"rows":28,"columns":28,"width":32,"hidden":16,"dilations":[1,2],"head":32}"#;
        let model: Architecture = serde_json::from_str(text).unwrap();
        assert_eq!(model.kind(), "pixelcnn");
        assert_eq!(serde_json::to_string(&model).unwrap(), text);
    }

    #[test]
    fn the_encoder_of_a_vae_ends_in_means_and_log_variances() {
        // 784·400 + 400 + 400·40 + 40 forth, 20·400 + 400 + 400·784 + 784 back.
        let coder = Coder { classes: 0, ..coder(Body::Mlp { hidden: vec![400] }) };
        let table = Architecture::Vae(Vae { coder: coder.clone() }).parameters();
        assert_eq!(table.len(), 652_824);
        let reconstruction = Reconstruction::Bernoulli;
        let plain = Architecture::Autoencoder(Autoencoder { coder, reconstruction });
        assert_eq!(table.len() - plain.parameters().len(), 401 * 20);
    }

    #[test]
    fn a_classifier_is_an_encoder_that_ends_in_a_logit_a_class() {
        let classifier = Classifier { rows: 28, columns: 28, classes: 10, conv: layers() };
        let classifier = Architecture::Classifier(classifier);
        let text = serde_json::to_string(&classifier).unwrap();
        assert_eq!(serde_json::from_str::<Architecture>(&text).unwrap(), classifier, "{text}");
        assert_eq!(
            (classifier.kind(), classifier.latent(), classifier.pixels()),
            ("classifier", 0, 784)
        );
        let table = classifier.parameters();
        assert_eq!(table.get("encoder.output.weight").unwrap().shape, [5, 10]);
        assert!(table.tensors().iter().all(|tensor| tensor.name.starts_with("encoder.")));
    }

    #[test]
    fn sizes_out_of_bounds_name_their_field() {
        let vae = |coder| Architecture::Vae(Vae { coder });
        let wide = Coder { latent: 65, ..coder(conv()) };
        assert_eq!(vae(wide).validate().unwrap_err().field, "latent");
        let odd = Coder { rows: 27, ..coder(conv()) };
        assert_eq!(vae(odd).validate().unwrap_err().field, "rows modulo 4");
        assert_eq!(vae(coder(conv())).validate(), Ok(()));
        let one = Classifier { rows: 28, columns: 28, classes: 1, conv: layers() };
        assert_eq!(Architecture::Classifier(one).validate().unwrap_err().field, "classes");
    }
}
