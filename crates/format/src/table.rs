//! Which parameters a network has, and where each lies in the flat vector.

/// One parameter tensor: its name, its shape, and where it lies in the flat parameter vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Name, for example `blocks.3.conv.weight`.
    pub name: String,
    /// Shape, row-major; weights are `[…, in, out]`.
    pub shape: Vec<usize>,
    /// Index of its first element in the flat vector.
    pub offset: usize,
}

impl Tensor {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True for a tensor without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its elements in the flat vector.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.offset..self.offset + self.len()
    }

    /// The number of inputs each output sums over, for initialisation; none for biases and
    /// tables of positions and labels, which start at zero, and for what normalises.
    pub fn fan_in(&self) -> Option<usize> {
        let last = self.name.rsplit('.').next().unwrap_or_default();
        match last {
            // It projects the critic's features, as the weights beside it do.
            "label" if self.name == "critic.label" => Some(self.shape[1]),
            "bias" | "row" | "column" | "label" => None,
            "scale" | "shift" | "mean" | "variance" => None,
            // The adjoint of a convolution of stride 2: a pixel reads a quarter of the taps.
            _ if self.name.starts_with("generator.") && self.shape.len() == 3 => {
                Some(self.shape[0] / 4 * self.shape[2])
            }
            _ if self.shape.len() == 1 => Some(self.shape[0]),
            _ => Some(self.shape[..self.shape.len() - 1].iter().product()),
        }
    }
}

/// The parameter tensors of a network, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterTable {
    tensors: Vec<Tensor>,
    len: usize,
}

impl ParameterTable {
    /// Adds a tensor at the end.
    pub fn push(&mut self, name: &str, shape: &[usize]) {
        let tensor = Tensor { name: name.into(), shape: shape.into(), offset: self.len };
        self.len += tensor.len();
        self.tensors.push(tensor);
    }

    pub(crate) fn push_block(&mut self, prefix: &str, taps: usize, width: usize, hidden: usize) {
        self.push(&format!("{prefix}.reduce.weight"), &[width, hidden]);
        self.push(&format!("{prefix}.reduce.bias"), &[hidden]);
        self.push(&format!("{prefix}.conv.weight"), &[taps, hidden, hidden]);
        self.push(&format!("{prefix}.conv.bias"), &[hidden]);
        self.push(&format!("{prefix}.expand.weight"), &[hidden, width]);
        self.push(&format!("{prefix}.expand.bias"), &[width]);
    }

    /// The tensors in order.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The number of parameters.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True where there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Finds a tensor by name.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }
}
