//! Where this bundle computes.

use halfdrawn_training::Compute;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The processor or the GPU, ready.
#[wasm_bindgen]
pub struct OpenDevice {
    pub(crate) compute: Compute,
}

/// Gets this bundle's device ready.
///
/// # Errors
/// `device` where there is none.
#[wasm_bindgen(js_name = openDevice)]
pub async fn open_device() -> Result<OpenDevice, JsValue> {
    Ok(OpenDevice { compute: compute().await? })
}

#[cfg(not(feature = "webgpu"))]
async fn compute() -> Result<Compute, JsValue> {
    Ok(Compute::Cpu)
}

#[cfg(feature = "webgpu")]
async fn compute() -> Result<Compute, JsValue> {
    let device = burn::tensor::Device::wgpu_options().init_async().await;
    let device = device.map_err(|error| {
        crate::error::Failure::new("device", format!("WebGPU gave no device: {error}"))
    })?;
    Ok(Compute::Device(device))
}
