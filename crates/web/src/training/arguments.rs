//! From JavaScript and back.

use js_sys::{Float32Array, Float64Array, Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use crate::error::Failure;

/// An object of options.
pub fn options<T: DeserializeOwned>(value: JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| Failure::new("option", format!("the options cannot be read: {error}")))
}

/// A struct as an object.
pub fn object<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    Ok(serde_wasm_bindgen::to_value(value)?)
}

/// An object with these properties.
pub fn with<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

pub fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

pub fn doubles(values: &[f64]) -> JsValue {
    Float64Array::from(values).into()
}
