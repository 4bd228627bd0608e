//! Where a run computes.

use burn::tensor::Device;
use halfdrawn_format::{Architecture, Gan};

use crate::burn_gradients::BurnGradients;
#[cfg(feature = "flex")]
use crate::fused::{Fused, FusedClassifier, FusedCoder, FusedGan};
use crate::game::{BurnPlayers, Players};
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
        fused(architecture, threads)
    }

    /// Whatever computes the players of `gan` from weights in memory.
    pub fn players(&self, gan: &Gan) -> Box<dyn Players> {
        match self {
            Self::Cpu => fused_players(gan, 1),
            Self::Threads(threads) => fused_players(gan, *threads),
            Self::Flex => Box::new(BurnPlayers::new(gan, processor())),
            Self::Device(device) => Box::new(BurnPlayers::new(gan, device.clone())),
        }
    }
}

#[cfg(feature = "flex")]
fn fused_players(gan: &Gan, threads: usize) -> Box<dyn Players> {
    Box::new(FusedGan::new(gan, threads))
}

/// The kernels of the processor, which this build does without.
#[cfg(not(feature = "flex"))]
fn fused_players(gan: &Gan, _threads: usize) -> Box<dyn Players> {
    Box::new(BurnPlayers::new(gan, processor()))
}

#[cfg(feature = "flex")]
fn fused(architecture: &Architecture, threads: usize) -> Box<dyn GradientSource> {
    match (architecture, FusedCoder::new(architecture, threads)) {
        (Architecture::PixelCnn(network), _) => Box::new(Fused::new(network, threads)),
        (Architecture::Classifier(config), _) => Box::new(FusedClassifier::new(config, threads)),
        (_, Some(fused)) => Box::new(fused),
        _ => Box::new(BurnGradients::new(architecture, processor())),
    }
}

/// The kernels of the processor, which this build does without.
#[cfg(not(feature = "flex"))]
fn fused(architecture: &Architecture, _threads: usize) -> Box<dyn GradientSource> {
    Box::new(BurnGradients::new(architecture, processor()))
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
