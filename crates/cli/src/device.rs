//! Which processor computes gradients.

use anyhow::{Result, bail};
use burn::tensor::Device;
use clap::ValueEnum;
use halfdrawn_format::Network;
use halfdrawn_training::{BurnGradients, Fused, GradientSource};

/// Where training and evaluation run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceChoice {
    /// cuda, then wgpu, where this binary was built with them; otherwise fused.
    Auto,
    /// burn on an NVIDIA card (build with --features cuda).
    Cuda,
    /// burn on any graphics card (build with --features wgpu).
    Wgpu,
    /// burn on the processor.
    Flex,
    /// Hand-written kernels on the processor, about ten times as fast as flex.
    Fused,
}

impl DeviceChoice {
    /// Whatever computes gradients of `network` here.
    ///
    /// # Errors
    /// A device that this binary was built without.
    pub fn source(self, network: &Network, threads: usize) -> Result<Box<dyn GradientSource>> {
        let burn = |device| Ok(Box::new(BurnGradients::new(network, device)) as Box<_>);
        match self {
            #[cfg(feature = "cuda")]
            Self::Auto | Self::Cuda => burn(Device::cuda(0)),
            #[cfg(all(feature = "wgpu", not(feature = "cuda")))]
            Self::Auto => burn(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => burn(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(not(any(feature = "cuda", feature = "wgpu")))]
            Self::Auto => Ok(Box::new(Fused::new(network, threads))),
            Self::Fused => Ok(Box::new(Fused::new(network, threads))),
            Self::Flex => burn(Device::flex()),
            #[cfg(not(feature = "cuda"))]
            Self::Cuda => bail!("this binary has no cuda: build it with --features cuda"),
            #[cfg(not(feature = "wgpu"))]
            Self::Wgpu => bail!("this binary has no wgpu: build it with --features wgpu"),
        }
    }
}

/// The number of threads to use where none is given.
pub fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
