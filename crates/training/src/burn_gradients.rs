//! The gradient of a PixelCNN by burn's autodiff, on whichever device burn was given.

use burn::tensor::{Device, Tensor, TensorData};
use halfdrawn_format::Network;
use halfdrawn_models::{CompletionConfig, PixelCnnConfig, flat_gradient};

use crate::gradient::{Batch, GradientSource, Loss};

/// Losses and gradients by the burn modules that define the models.
pub struct BurnGradients {
    network: Network,
    device: Device,
}

impl BurnGradients {
    /// Gradients of `network` on `device`.
    pub fn new(network: &Network, device: Device) -> Self {
        Self { network: network.clone(), device }
    }

    /// # Shapes
    /// Pictures and masks: `[b, r, c]`
    fn tensors(&self, batch: &Batch, device: &Device) -> [Tensor<3>; 2] {
        let shape = [batch.len(), self.network.rows, self.network.columns];
        let (pictures, known) = batch.parts();
        [pictures, known].map(|bytes| {
            let values: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte)).collect();
            Tensor::from_data(TensorData::new(values, shape), device)
        })
    }
}

impl GradientSource for BurnGradients {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Loss {
        let device = self.device.clone().autodiff();
        let [pictures, known] = self.tensors(batch, &device);
        let network = self.network.clone();
        let (loss, flat) = if network.context.is_some() {
            let model = CompletionConfig { network }.load(parameters, &device);
            let loss = model.loss(pictures, known).mean();
            (loss.clone(), flat_gradient(&model, &self.network, &loss.backward()))
        } else {
            let model = PixelCnnConfig { network }.load(parameters, &device);
            let loss = model.loss(pictures, known).mean();
            (loss.clone(), flat_gradient(&model, &self.network, &loss.backward()))
        };
        gradient.copy_from_slice(&flat);
        Loss { nats: f64::from(loss.into_scalar::<f32>()) }
    }

    fn nats(&mut self, parameters: &[f32], batch: &Batch) -> Vec<f64> {
        let [pictures, known] = self.tensors(batch, &self.device);
        let network = self.network.clone();
        let nats = if network.context.is_some() {
            CompletionConfig { network }.load(parameters, &self.device).loss(pictures, known)
        } else {
            PixelCnnConfig { network }.load(parameters, &self.device).loss(pictures, known)
        };
        let nats = nats.into_data().try_to_vec::<f32>().expect("32-bit floats");
        nats.into_iter().map(f64::from).collect()
    }
}
