//! Where a run computes.

use burn::tensor::Device;
use halfdrawn_format::Architecture;

use crate::burn_gradients::BurnGradients;
use crate::fused::{Fused, FusedClassifier, FusedCoder};
use crate::gradient::GradientSource;

/// Where a run computes.
#[derive(Clone, Debug)]
pub enum Compute {
    /// The fastest way on one core of the processor: hand-written kernels.
    Cpu,
    /// As [`Compute::Cpu`], on several cores. Other counts sum in another order.
    Threads(usize),
    /// burn's autodiff on burn-flex: the definition that everything else is held to.
    Flex,
    /// burn's autodiff on this device, where weights and moments stay.
    Device(Device),
}

impl Compute {
    /// Whatever computes gradients of `architecture` from weights in memory.
    pub fn source(&self, architecture: &Architecture) -> Box<dyn GradientSource> {
        let threads = match self {
            Self::Threads(threads) => *threads,
            Self::Cpu => 1,
            Self::Flex => return Box::new(BurnGradients::new(architecture, processor())),
            Self::Device(device) => {
                return Box::new(BurnGradients::new(architecture, device.clone()));
            }
        };
        match (architecture, FusedCoder::new(architecture, threads)) {
            (Architecture::PixelCnn(network), _) => Box::new(Fused::new(network, threads)),
            (Architecture::Classifier(config), _) => {
                Box::new(FusedClassifier::new(config, threads))
            }
            (_, Some(fused)) => Box::new(fused),
            _ => Box::new(BurnGradients::new(architecture, processor())),
        }
    }
}

/// The processor as burn's device.
#[cfg(feature = "flex")]
pub(crate) fn processor() -> Device {
    Device::flex()
}

/// The processor as burn's device, which this build does without.
#[cfg(not(feature = "flex"))]
pub(crate) fn processor() -> Device {
    panic!("built without the feature `flex`: compute on a device")
}
