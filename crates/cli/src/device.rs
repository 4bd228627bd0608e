//! Which processor computes gradients.

use anyhow::{Result, bail};
use clap::ValueEnum;
use halfdrawn_training::Compute;

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
    /// Where to compute, on so many threads where that is a choice.
    ///
    /// # Errors
    /// A device that this binary was built without.
    pub fn compute(self, threads: usize) -> Result<Compute> {
        match self {
            #[cfg(feature = "cuda")]
            Self::Auto | Self::Cuda => Ok(Compute::Device(burn::tensor::Device::cuda(0))),
            #[cfg(all(feature = "wgpu", not(feature = "cuda")))]
            Self::Auto => Ok(Compute::Device(wgpu())),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Ok(Compute::Device(wgpu())),
            #[cfg(not(any(feature = "cuda", feature = "wgpu")))]
            Self::Auto => Ok(Compute::Threads(threads)),
            Self::Fused => Ok(Compute::Threads(threads)),
            Self::Flex => Ok(Compute::Flex),
            #[cfg(not(feature = "cuda"))]
            Self::Cuda => bail!("this binary has no cuda: build it with --features cuda"),
            #[cfg(not(feature = "wgpu"))]
            Self::Wgpu => bail!("this binary has no wgpu: build it with --features wgpu"),
        }
    }
}

#[cfg(feature = "wgpu")]
fn wgpu() -> burn::tensor::Device {
    burn::tensor::Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)
}

/// Runs a future to its end; those of the processor are ready at once.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}

/// The number of threads to use where none is given.
pub fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
