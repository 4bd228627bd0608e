//! Errors as JavaScript sees them.

use halfdrawn_format::WeightError;
use halfdrawn_sampler::SamplerError;
use wasm_bindgen::JsValue;

/// A JavaScript `Error` with a `code`.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    pub fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }
}

impl From<SamplerError> for Failure {
    fn from(error: SamplerError) -> Self {
        let code = match error {
            SamplerError::Length { .. } => "length",
            SamplerError::Value { .. } => "value",
            SamplerError::Count(_) => "count",
            SamplerError::Temperature(_) => "temperature",
            SamplerError::Network(_) | SamplerError::Parameters { .. } => "weights",
            SamplerError::Memory(_) => "memory",
        };
        Self::new(code, error.to_string())
    }
}

impl From<WeightError> for Failure {
    fn from(error: WeightError) -> Self {
        Self::new("weights", error.to_string())
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let error = js_sys::Error::new(&failure.message);
        // Setting a property of a fresh Error cannot fail.
        let _ = js_sys::Reflect::set(&error, &"code".into(), &failure.code.into());
        error.into()
    }
}
