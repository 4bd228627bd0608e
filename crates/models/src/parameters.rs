//! Between burn's tree of parameters and the flat vector of [`ParameterTable`].

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use halfdrawn_format::{Network, ParameterTable};

/// Where a module's parameters come from while it is built.
pub(crate) struct Source<'a> {
    pub network: &'a Network,
    table: ParameterTable,
    values: &'a [f32],
    device: &'a Device,
}

impl<'a> Source<'a> {
    /// # Panics
    /// Where `values` has not the length of the network's table.
    pub fn new(network: &'a Network, values: &'a [f32], device: &'a Device) -> Self {
        let table = network.parameters();
        assert_eq!(values.len(), table.len(), "parameters of this network");
        Self { network, table, values, device }
    }

    /// The tensor called `name`.
    pub fn take<const D: usize>(&self, name: &str) -> Param<Tensor<D>> {
        let tensor =
            self.table.get(name).unwrap_or_else(|| panic!("no tensor {name} in the table"));
        let shape: [usize; D] = tensor.shape.clone().try_into().expect("the rank of the tensor");
        let data = TensorData::new(self.values[tensor.range()].to_vec(), shape);
        Param::from_data(data, self.device)
    }

    /// The tensor called `name` where the network has one.
    pub fn find<const D: usize>(&self, name: &str) -> Option<Param<Tensor<D>>> {
        self.table.get(name).map(|_| self.take(name))
    }
}

/// Copies what `read` makes of each parameter to its place in the flat vector.
struct Collector<'a, F> {
    table: &'a ParameterTable,
    path: Vec<String>,
    flat: &'a mut [f32],
    read: F,
}

/// Says what is to be collected of a parameter of any rank.
trait Read {
    fn read<const D: usize>(&self, param: &Param<Tensor<D>>) -> Option<TensorData>;
}

impl<F: Read> ModuleVisitor for Collector<'_, F> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // The decoder's tensors carry no prefix in the table: a plain PixelCNN is all decoder.
        let parts: Vec<&str> =
            self.path.iter().map(String::as_str).filter(|part| *part != "decoder").collect();
        let name = parts.join(".");
        let tensor = self.table.get(&name).unwrap_or_else(|| panic!("no tensor {name}"));
        if let Some(data) = self.read.read(param) {
            let values = data.try_to_vec::<f32>().expect("32-bit floats");
            self.flat[tensor.range()].copy_from_slice(&values);
        }
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}

fn collect<M: Module>(module: &M, network: &Network, read: impl Read) -> Vec<f32> {
    let table = network.parameters();
    let mut flat = vec![0.0; table.len()];
    module.visit(&mut Collector { table: &table, path: Vec::new(), flat: &mut flat, read });
    flat
}

/// All parameters of a module in the order of [`Network::parameters`].
pub fn flat_parameters<M: Module>(module: &M, network: &Network) -> Vec<f32> {
    struct Values;
    impl Read for Values {
        fn read<const D: usize>(&self, param: &Param<Tensor<D>>) -> Option<TensorData> {
            Some(param.val().into_data())
        }
    }
    collect(module, network, Values)
}

/// The gradient of every parameter in the order of [`Network::parameters`]; zero for one that the
/// loss does not depend on.
pub fn flat_gradient<M: Module>(module: &M, network: &Network, gradients: &Gradients) -> Vec<f32> {
    struct Slopes<'a>(&'a Gradients);
    impl Read for Slopes<'_> {
        fn read<const D: usize>(&self, param: &Param<Tensor<D>>) -> Option<TensorData> {
            param.val().grad(self.0).map(Tensor::into_data)
        }
    }
    collect(module, network, Slopes(gradients))
}
