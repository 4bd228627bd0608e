//! Classifier: which of some classes a picture shows.

use serde::{Deserialize, Serialize};

use crate::coder::Conv;
use crate::network::{MAX_SIDE, NetworkError, within};
use crate::table::ParameterTable;

const MAX_CLASSES: usize = 10;

/// The configuration of a classifier: the encoder of [`Conv`], which ends in one logit a class.
///
/// ```text
/// fold → 3×3 → blocks → fold, 1×1 → blocks → relu, 1×1 → relu → dense → relu = features → logits
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classifier {
    /// Rows of the picture.
    pub rows: usize,
    /// Columns of the picture.
    pub columns: usize,
    /// Classes that it tells apart.
    pub classes: usize,
    /// The layers; `dense` is the width of the features.
    pub conv: Conv,
}

impl Classifier {
    /// Pixels in a picture.
    pub fn pixels(&self) -> usize {
        self.rows * self.columns
    }

    /// Checks every size.
    ///
    /// # Errors
    /// Names the field that is out of bounds.
    pub fn validate(&self) -> Result<(), NetworkError> {
        within("rows", self.rows, 1, MAX_SIDE)?;
        within("columns", self.columns, 1, MAX_SIDE)?;
        within("classes", self.classes, 2, MAX_CLASSES)?;
        self.conv.validate([self.rows, self.columns])
    }

    /// Every parameter tensor.
    pub(crate) fn parameters(&self) -> ParameterTable {
        let mut table = ParameterTable::default();
        self.conv.push_encoder(&mut table, self.pixels(), 0, self.classes);
        table
    }
}
