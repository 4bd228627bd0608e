//! Losses and gradients by burn's autodiff, on whichever device burn was given.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_format::Architecture;
use halfdrawn_models::{Inputs, Losses, Model};

use crate::gradient::{Batch, GradientSource, Loss};

/// Losses and gradients by the burn modules that define the models.
pub struct BurnGradients {
    architecture: Architecture,
    device: Device,
}

impl BurnGradients {
    /// Gradients of `architecture` on `device`.
    pub fn new(architecture: &Architecture, device: Device) -> Self {
        Self { architecture: architecture.clone(), device }
    }
}

/// The rows and columns of an architecture's pictures.
pub(crate) fn sides(architecture: &Architecture) -> [usize; 2] {
    match (architecture.network(), architecture.coder(), architecture) {
        (Some(network), _, _) => [network.rows, network.columns],
        (_, Some(coder), _) => [coder.rows, coder.columns],
        (_, _, Architecture::Classifier(classifier)) => [classifier.rows, classifier.columns],
        _ => [0, 0],
    }
}

/// One-hot rows of `classes`, for a model that takes them.
///
/// # Shapes
/// To `[b, classes]`
pub(crate) fn one_hot(labels: &[u8], classes: usize, device: &Device) -> Option<Tensor<2>> {
    if classes == 0 {
        return None;
    }
    let mut values = vec![0.0; labels.len() * classes];
    for (row, &label) in values.chunks_exact_mut(classes).zip(labels) {
        row[usize::from(label)] = 1.0;
    }
    Some(Tensor::from_data(TensorData::new(values, [labels.len(), classes]), device))
}

/// The byte of a picture's pixel that stands for 1.
pub(crate) fn full_ink(architecture: &Architecture) -> f32 {
    if matches!(architecture, Architecture::Classifier(_)) { 255.0 } else { 1.0 }
}

/// A batch as tensors on `device`.
pub(crate) fn inputs(architecture: &Architecture, batch: &Batch, device: &Device) -> Inputs {
    let classes = match architecture {
        Architecture::Classifier(classifier) => classifier.classes,
        _ => architecture.coder().map_or(0, |coder| coder.classes),
    };
    let ink = full_ink(architecture);
    let bytes = |bytes: &[u8]| {
        let values: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / ink).collect();
        let data = TensorData::new(values, [batch.len(), architecture.pixels()]);
        Tensor::from_data(data, device)
    };
    let (pictures, known) = batch.parts();
    let latent = architecture.latent();
    let noise = (!batch.noise.is_empty())
        .then(|| TensorData::new(batch.noise.clone(), [batch.len(), latent]));
    Inputs {
        pictures: bytes(pictures),
        known: architecture.network().map(|_| bytes(known)),
        labels: one_hot(&batch.labels, classes, device),
        noise: noise.map(|data| Tensor::from_data(data, device)),
    }
}

/// Sums of reconstruction and KL over a batch, `[1]` each.
pub(crate) fn sums(losses: Losses, device: &Device) -> (Tensor<1>, Tensor<1>) {
    let kl = losses.kl.map_or_else(|| Tensor::zeros([1], device), Tensor::sum);
    (losses.reconstruction.sum(), kl)
}

impl GradientSource for BurnGradients {
    fn gradient(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        beta: f32,
        gradient: &mut [f32],
    ) -> Loss {
        let device = self.device.clone().autodiff();
        let inputs = inputs(&self.architecture, batch, &device);
        let model = Model::load(&self.architecture, parameters, &device);
        let losses = model.losses(inputs, sides(&self.architecture));
        let (reconstruction, kl) = sums(losses, &device);
        let count = batch.len() as f64;
        let total = (reconstruction.clone() + kl.clone() * beta) / count;
        let flat = model.flat_gradient(&self.architecture, &total.backward());
        gradient.copy_from_slice(&flat);
        let mean = |sum: Tensor<1>| f64::from(sum.into_scalar::<f32>()) / count;
        Loss { reconstruction: mean(reconstruction), kl: mean(kl) }
    }

    fn losses(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Loss> {
        let inputs = inputs(&self.architecture, batch, &self.device);
        let model = Model::load(&self.architecture, parameters, &self.device);
        let Losses { reconstruction, kl } = model.losses(inputs, sides(&self.architecture));
        let values = |tensor: Tensor<1>| {
            let values = tensor.into_data().try_to_vec::<f32>().expect("32-bit floats");
            values.into_iter().map(f64::from)
        };
        let kl: Vec<f64> = match kl {
            Some(kl) => values(kl.sum_dim(1).squeeze_dim(1)).collect(),
            None => vec![0.0; batch.len()],
        };
        let pairs = values(reconstruction).zip(kl);
        pairs.map(|(reconstruction, kl)| Loss { reconstruction, kl }).collect()
    }
}
