//! [`Optimiser`] on a device of burn, which its weights and moments never leave.

use burn::tensor::{Device, Tensor, TensorData};

use crate::explorer::read;
use crate::optimiser::{Optimiser, OptimiserOptions, StepSize};

/// `[parameters]` each; cloning copies handles.
#[derive(Clone)]
pub(crate) struct DeviceAdam {
    pub parameters: Tensor<1>,
    pub average: Tensor<1>,
    first_moment: Tensor<1>,
    second_moment: Tensor<1>,
    pub step: u64,
}

pub(crate) fn upload(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

pub(crate) async fn download(tensor: &Tensor<1>) -> Vec<f32> {
    read(tensor.clone()).await.expect("the device answers")
}

impl DeviceAdam {
    pub fn new(optimiser: &Optimiser, device: &Device) -> Self {
        Self {
            parameters: upload(&optimiser.parameters, device),
            average: upload(&optimiser.average, device),
            first_moment: upload(&optimiser.first_moment, device),
            second_moment: upload(&optimiser.second_moment, device),
            step: optimiser.step,
        }
    }

    /// Everything, in memory.
    pub async fn optimiser(&self) -> Optimiser {
        Optimiser {
            parameters: download(&self.parameters).await,
            average: download(&self.average).await,
            first_moment: download(&self.first_moment).await,
            second_moment: download(&self.second_moment).await,
            step: self.step,
        }
    }

    /// The formulas of [`Optimiser::step`], term by term; `slope` is clipped already, where it is.
    pub fn moved(&self, slope: Tensor<1>, rate: f64, options: &OptimiserOptions) -> Self {
        let size = StepSize::new(options, self.step + 1, rate);
        let first_moment =
            self.first_moment.clone() * size.beta1 + slope.clone() * (1.0 - size.beta1);
        let second_moment =
            self.second_moment.clone() * size.beta2 + slope.square() * (1.0 - size.beta2);
        let way = first_moment.clone() * size.rate / (second_moment.clone().sqrt() + 1e-8);
        let parameters = self.parameters.clone() - way;
        let average = self.average.clone() * size.decay + parameters.clone() * (1.0 - size.decay);
        Self { parameters, average, first_moment, second_moment, step: self.step + 1 }
    }
}
