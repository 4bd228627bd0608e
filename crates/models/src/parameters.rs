//! Between burn's tree of parameters and the flat vector of [`ParameterTable`].

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use halfdrawn_format::ParameterTable;

/// Where a module's parameters come from while it is built.
pub(crate) struct Source<'a> {
    table: ParameterTable,
    values: Values<'a>,
}

enum Values<'a> {
    Host(&'a [f32], &'a Device),
    /// All parameters in one tensor, already where the model is to run.
    Device(Box<Tensor<1>>),
}

impl<'a> Source<'a> {
    /// # Panics
    /// Where `values` has not the length of the table.
    pub fn new(table: ParameterTable, values: &'a [f32], device: &'a Device) -> Self {
        assert_eq!(values.len(), table.len(), "parameters of this network");
        Self { table, values: Values::Host(values, device) }
    }

    /// # Panics
    /// Where `flat` has not the length of the table.
    pub fn on_device(table: ParameterTable, flat: Tensor<1>) -> Self {
        assert_eq!(flat.dims()[0], table.len(), "parameters of this network");
        Self { table, values: Values::Device(Box::new(flat)) }
    }

    /// The tensor called `name`.
    pub fn take<const D: usize>(&self, name: &str) -> Param<Tensor<D>> {
        let tensor =
            self.table.get(name).unwrap_or_else(|| panic!("no tensor {name} in the table"));
        let shape: [usize; D] = tensor.shape.clone().try_into().expect("the rank of the tensor");
        match &self.values {
            Values::Host(values, device) => {
                let data = TensorData::new(values[tensor.range()].to_vec(), shape);
                Param::from_data(data, device)
            }
            Values::Device(flat) => {
                let values = flat.clone().slice([tensor.range()]).reshape(shape);
                Param::from_tensor(values.autodiff())
            }
        }
    }

    /// The tensor called `name` where the network has one.
    pub fn find<const D: usize>(&self, name: &str) -> Option<Param<Tensor<D>>> {
        self.table.get(name).map(|_| self.take(name))
    }
}

/// Gathers what `read` makes of each parameter, in the order of the table.
struct Collector<'a, F> {
    table: &'a ParameterTable,
    path: Vec<String>,
    found: Vec<Option<Tensor<1>>>,
    read: F,
}

/// Says what is to be collected of a parameter of any rank.
trait Read {
    fn read<const D: usize>(&self, param: &Param<Tensor<D>>) -> Option<Tensor<D>>;
}

impl<F: Read> ModuleVisitor for Collector<'_, F> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // Names of burn's tree alone: the variants of a coder's sides, and the decoder of a PixelCNN,
        // whose tensors carry no prefix in the table.
        let tree = ["coder", "Mlp", "Conv"];
        let parts = self.path.iter().map(String::as_str).filter(|part| !tree.contains(part));
        let name = parts.collect::<Vec<_>>().join(".");
        let plain = name.strip_prefix("decoder.").unwrap_or(&name);
        let place = |name: &str| self.table.tensors().iter().position(|it| it.name == name);
        let index = place(&name).or_else(|| place(plain));
        let index = index.unwrap_or_else(|| panic!("no tensor {name}"));
        self.found[index] = self.read.read(param).map(|tensor| tensor.flatten::<1>(0, D - 1));
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}

fn collect<M: Module>(
    module: &M,
    table: &ParameterTable,
    read: impl Read,
) -> Vec<Option<Tensor<1>>> {
    let found = vec![None; table.tensors().len()];
    let mut collector = Collector { table, path: Vec::new(), found, read };
    module.visit(&mut collector);
    collector.found
}

fn to_host(table: &ParameterTable, found: Vec<Option<Tensor<1>>>) -> Vec<f32> {
    let mut flat = vec![0.0; table.len()];
    for (tensor, found) in table.tensors().iter().zip(found) {
        if let Some(found) = found {
            let values = found.into_data().try_to_vec::<f32>().expect("32-bit floats");
            flat[tensor.range()].copy_from_slice(&values);
        }
    }
    flat
}

struct Slopes<'a>(&'a Gradients);

impl Read for Slopes<'_> {
    fn read<const D: usize>(&self, param: &Param<Tensor<D>>) -> Option<Tensor<D>> {
        param.val().grad(self.0)
    }
}

/// All parameters of a module in the order of `table`.
pub fn flat_parameters<M: Module>(module: &M, table: &ParameterTable) -> Vec<f32> {
    struct Values;
    impl Read for Values {
        fn read<const D: usize>(&self, param: &Param<Tensor<D>>) -> Option<Tensor<D>> {
            Some(param.val().inner())
        }
    }
    to_host(table, collect(module, table, Values))
}

/// The gradient of every parameter in the order of `table`; zero for one that the loss does not
/// depend on.
pub fn flat_gradient<M: Module>(
    module: &M,
    table: &ParameterTable,
    gradients: &Gradients,
) -> Vec<f32> {
    to_host(table, collect(module, table, Slopes(gradients)))
}

/// [`flat_gradient`] as one tensor that stays on the device.
pub fn device_gradient<M: Module>(
    module: &M,
    table: &ParameterTable,
    gradients: &Gradients,
    device: &Device,
) -> Tensor<1> {
    let found = collect(module, table, Slopes(gradients)).into_iter().zip(table.tensors());
    let parts =
        found.map(|(found, tensor)| found.unwrap_or_else(|| Tensor::zeros([tensor.len()], device)));
    Tensor::cat(parts.collect(), 0) // [parameters]
}
