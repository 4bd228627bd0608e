//! Bad arguments are errors that name the argument.

mod common;

use common::{network, sampler, weights};
use halfdrawn_format::{Architecture, Body, Coder, Network, Vae, Weights};
use halfdrawn_sampler::{Request, Sampler, SamplerError};

fn refused<'a>(change: impl FnOnce(&mut Request<'a>)) -> SamplerError {
    let mut request =
        Request { pixels: &[0; 35], known: &[0; 35], count: 1, seed: 0, temperature: 1.0 };
    change(&mut request);
    sampler(true, 0).complete(&request).unwrap_err()
}

#[test]
fn wrong_lengths_are_errors() {
    let length = |argument, found| SamplerError::Length { argument, found, expected: "35".into() };
    assert_eq!(refused(|request| request.pixels = &[0; 34]), length("pixels", 34));
    assert_eq!(refused(|request| request.known = &[0; 36]), length("known", 36));
    let sampler = sampler(true, 0);
    assert!(sampler.log_likelihood(&[], None).is_err());
    assert!(sampler.log_likelihood(&[0; 36], None).is_err());
    assert!(sampler.log_likelihood(&[0; 70], Some(&[0; 35])).is_err());
    assert!(sampler.probabilities(&[0; 35], &[]).is_err());
}

#[test]
fn values_other_than_zero_and_one_are_errors() {
    let mut values = [1; 35];
    values[7] = 255;
    let value = |argument| SamplerError::Value { argument, index: 7, value: 255 };
    assert_eq!(refused(|request| request.pixels = &values), value("pixels"));
    assert_eq!(refused(|request| request.known = &values), value("known"));
    assert_eq!(sampler(true, 0).log_likelihood(&values, None).unwrap_err(), value("images"));
}

#[test]
fn counts_and_temperatures_out_of_bounds_are_errors() {
    assert_eq!(refused(|request| request.count = 0), SamplerError::Count(0));
    assert_eq!(refused(|request| request.count = 65), SamplerError::Count(65));
    for temperature in [0.0, -1.0, 0.04, 5.1, f32::NAN, f32::INFINITY] {
        let error = refused(|request| request.temperature = temperature);
        assert!(matches!(error, SamplerError::Temperature(_)), "{temperature}");
    }
}

#[test]
fn weights_that_do_not_fit_their_network_are_errors() {
    let mut weights = weights(network(true), 0);
    weights.parameters.pop();
    assert!(matches!(Sampler::new(&weights), Err(SamplerError::Parameters { .. })));
    let broken = Network { width: 0, ..network(true) };
    weights.architecture = broken.into();
    assert!(matches!(Sampler::new(&weights), Err(SamplerError::Network(_))));
}

#[test]
fn a_model_without_a_pixel_order_is_refused() {
    let body = Body::Mlp { hidden: vec![2] };
    let coder = Coder { rows: 2, columns: 2, latent: 1, classes: 0, body };
    let architecture = Architecture::Vae(Vae { coder });
    let parameters = vec![0.0; architecture.parameters().len()];
    let weights = Weights { name: "vae".into(), architecture, parameters };
    assert_eq!(Sampler::new(&weights).unwrap_err(), SamplerError::Kind("vae"));
}
