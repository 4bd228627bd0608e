//! A request: one picture, some of it known, finished in several ways.

use std::sync::Arc;

use crate::cache::{Cache, Segment};
use crate::decoder::{Decoder, Maps};
use crate::error::{
    MAX_COUNT, MAX_TEMPERATURE, MIN_TEMPERATURE, SamplerError, check_binary, zeros,
};
use crate::random::{Pcg32, stream, uniform};
use crate::sigmoid::{log_probability, sigmoid};

/// What to complete, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Row-major pixels, 0 or 1. What hidden ones hold is ignored.
    pub pixels: &'a [u8],
    /// 1 where a pixel is known, 0 where it is hidden.
    pub known: &'a [u8],
    /// How many completions, 1 to [`MAX_COUNT`].
    pub count: usize,
    /// Seed of the random numbers, see [`crate::random`].
    pub seed: u32,
    /// Divides the logits, [`MIN_TEMPERATURE`] to [`MAX_TEMPERATURE`]. 1 samples from the model.
    pub temperature: f32,
}

/// Completions in progress. Dropping it cancels them.
///
/// Complexity of n completions: the context network once, the pixels before the first hidden one
/// once, each pixel from there to the last hidden one n times, the rest never.
#[derive(Clone, Debug)]
pub struct Completion {
    decoder: Arc<Decoder>,
    maps: Maps,
    cache: Cache,
    temperature: f32,
    randoms: Vec<Pcg32>,
    /// The hidden pixels in raster order, and how many of them are decided.
    hidden: Vec<usize>,
    decided: usize,
    images: Vec<u8>,
    probabilities: Vec<f32>,
    log_likelihood: Vec<f64>,
}

impl Completion {
    pub(crate) fn start(
        decoder: Arc<Decoder>,
        request: &Request<'_>,
    ) -> Result<Self, SamplerError> {
        let Request { pixels, known, count, seed, temperature } = *request;
        check_binary("pixels", pixels, decoder.pixels())?;
        check_binary("known", known, decoder.pixels())?;
        if !(1..=MAX_COUNT).contains(&count) {
            return Err(SamplerError::Count(count));
        }
        if !(MIN_TEMPERATURE..=MAX_TEMPERATURE).contains(&temperature) {
            return Err(SamplerError::Temperature(temperature));
        }
        let hidden: Vec<usize> = (0..known.len()).filter(|&pixel| known[pixel] == 0).collect();
        let limit = hidden.last().map_or(0, |last| last + 1);
        let shared = hidden.first().map_or(limit, |first| first + 1);
        let maps = decoder.maps(pixels, known, limit)?;
        let mut cache = Cache::new(&decoder, count, shared)?;
        let mut picture = pixels.to_vec();
        for pixel in 0..pixels.len() {
            if known[pixel] == 0 {
                picture[pixel] = 0;
            } else {
                (0..count).for_each(|image| cache.set(image, pixel, pixels[pixel]));
            }
        }
        let mut probabilities = zeros(count * pixels.len())?;
        probabilities.fill(f32::NAN);
        Ok(Self {
            decoder,
            maps,
            cache,
            temperature,
            randoms: (0..count).map(|index| stream(seed, index)).collect(),
            hidden,
            decided: 0,
            images: picture.repeat(count),
            probabilities,
            log_likelihood: vec![0.0; count],
        })
    }

    /// Decides up to `pixels` further hidden pixels in every completion and says how many are left.
    pub fn advance(&mut self, pixels: usize) -> usize {
        let end = (self.decided + pixels).min(self.hidden.len());
        while self.decided < end {
            self.step();
        }
        self.hidden.len() - self.decided
    }

    /// Raster index of the next hidden pixel; the number of pixels when all are decided.
    pub fn position(&self) -> usize {
        self.hidden.get(self.decided).copied().unwrap_or(self.decoder.pixels())
    }

    /// The completions one after the other; hidden pixels not yet decided are 0.
    pub fn images(&self) -> &[u8] {
        &self.images
    }

    /// p(ink) at temperature 1 of each hidden pixel decided so far, laid out as the images; not a
    /// number elsewhere.
    pub fn probabilities(&self) -> &[f32] {
        &self.probabilities
    }

    /// The log-likelihood of each completion's hidden pixels decided so far at temperature 1, in
    /// nats.
    pub fn log_likelihood(&self) -> &[f64] {
        &self.log_likelihood
    }

    fn step(&mut self) {
        let pixel = self.hidden[self.decided];
        let from = match self.decided {
            0 => 0,
            decided => self.hidden[decided - 1] + 1,
        };
        let (count, pixels, columns) =
            (self.randoms.len(), self.decoder.pixels(), self.decoder.columns);
        let mut logits: &[f32] = &[];
        for row in from / columns..=pixel / columns {
            let start = from.max(row * columns) - row * columns;
            let end = (pixel + 1).min((row + 1) * columns) - row * columns;
            let segment =
                Segment { row, columns: start..end, logits: usize::from(row == pixel / columns) };
            logits = self.cache.run(&self.decoder, &self.maps, &segment);
        }
        // The first hidden pixel has one logit for all completions.
        let logits: Vec<f32> = logits.iter().cycle().take(count).copied().collect();
        for (image, logit) in logits.into_iter().enumerate() {
            let ink = uniform(&mut self.randoms[image]) < sigmoid(logit / self.temperature);
            let value = u8::from(ink);
            self.images[image * pixels + pixel] = value;
            self.probabilities[image * pixels + pixel] = sigmoid(logit);
            self.log_likelihood[image] += log_probability(logit, value);
            self.cache.set(image, pixel, value);
        }
        self.decided += 1;
    }
}
