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
            SamplerError::Kind(_) | SamplerError::Network(_) | SamplerError::Parameters { .. } => {
                "weights"
            }
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

#[cfg(feature = "training")]
impl From<halfdrawn_data::DataError> for Failure {
    fn from(error: halfdrawn_data::DataError) -> Self {
        Self::new("data", error.to_string())
    }
}

#[cfg(feature = "training")]
impl From<halfdrawn_training::TrainingError> for Failure {
    fn from(error: halfdrawn_training::TrainingError) -> Self {
        use halfdrawn_training::TrainingError;
        let code = match error {
            TrainingError::Diverged { .. } => "diverged",
            TrainingError::Checkpoint(_) => "snapshot",
            TrainingError::Batch(_)
            | TrainingError::Game
            | TrainingError::Network(_)
            | TrainingError::Setting { .. }
            | TrainingError::Pixels(_) => "option",
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(feature = "training")]
impl From<halfdrawn_training::GameError> for Failure {
    fn from(error: halfdrawn_training::GameError) -> Self {
        use halfdrawn_training::GameError;
        let code = match error {
            GameError::Explore(error) => return error.into(),
            GameError::Diverged { .. } => "diverged",
            GameError::Checkpoint(_) => "snapshot",
            GameError::Kind(_) => "model",
            GameError::Batch(_)
            | GameError::Network(_)
            | GameError::Setting { .. }
            | GameError::Pixels(_) => "option",
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(feature = "training")]
impl From<halfdrawn_training::ExploreError> for Failure {
    fn from(error: halfdrawn_training::ExploreError) -> Self {
        use halfdrawn_training::ExploreError;
        let code = match error {
            ExploreError::Kind(_) | ExploreError::NoClassifier(_) => "model",
            ExploreError::Length { .. } => "length",
            ExploreError::Value { .. } => "value",
            ExploreError::Device(_) => "device",
        };
        Self::new(code, error.to_string())
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
