//! Small models of every kind, and digits to train them on.
#![allow(dead_code, reason = "each file of tests uses a part")]

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll, Waker};

use halfdrawn_data::{Digits, Mnist};
use halfdrawn_format::{
    Architecture, Autoencoder, Body, Classifier, Coder, Context, Conv, Network, Reconstruction, Vae,
};

/// MNIST's validation digits.
pub fn digits() -> Arc<Digits> {
    static DIGITS: OnceLock<Arc<Digits>> = OnceLock::new();
    let load = || {
        let mnist = Mnist::load(Path::new("../../web/data/mnist"));
        Arc::new(mnist.expect("the repository holds MNIST").validation)
    };
    Arc::clone(DIGITS.get_or_init(load))
}

/// Runs a future of the processor, which is ready at once.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the processor never lets one wait"),
    }
}

/// One of each kind, small.
pub fn architectures() -> Vec<(&'static str, Architecture)> {
    let network = Network {
        rows: 28,
        columns: 28,
        width: 8,
        hidden: 4,
        dilations: vec![1],
        head: 4,
        context: Some(Context { width: 8, hidden: 4, dilations: vec![1], channels: 4 }),
    };
    let mlp = Body::Mlp { hidden: vec![12, 7] };
    let conv = Conv { width: [6, 8], hidden: [4, 5], blocks: [1, 2], squeeze: 2, dense: 9 };
    let classifier = Classifier { rows: 28, columns: 28, classes: 10, conv: conv.clone() };
    let coder = |body, latent, classes| Coder { rows: 28, columns: 28, latent, classes, body };
    let vae = |coder| Architecture::Vae(Vae { coder });
    let autoencoder =
        |coder, reconstruction| Architecture::Autoencoder(Autoencoder { coder, reconstruction });
    vec![
        ("pixelcnn", Network { context: None, ..network.clone() }.into()),
        ("completion", network.into()),
        ("vae mlp", vae(coder(mlp.clone(), 3, 0))),
        ("vae mlp conditional", vae(coder(mlp.clone(), 3, 10))),
        ("vae conv", vae(coder(Body::Conv(conv.clone()), 5, 0))),
        ("vae conv conditional", vae(coder(Body::Conv(conv), 5, 10))),
        ("autoencoder", autoencoder(coder(mlp.clone(), 2, 0), Reconstruction::Bernoulli)),
        ("autoencoder squared", autoencoder(coder(mlp, 2, 10), Reconstruction::Squared)),
        ("classifier", Architecture::Classifier(classifier)),
    ]
}
