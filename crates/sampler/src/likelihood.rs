//! Log-likelihoods of whole pictures, and the logits of all pixels of one.

use std::sync::Arc;

use crate::cache::{Cache, Segment};
use crate::decoder::{Decoder, Maps};
use crate::error::{SamplerError, check_binary, check_values, zeros};
use crate::sigmoid::log_probability;

/// The log-likelihoods of a list of pictures, one picture at a time.
///
/// Complexity of a picture: the context network, unless nothing is known, and one forward pass up to
/// the last hidden pixel, a row of pixels at a time.
#[derive(Clone, Debug)]
pub struct Likelihood {
    decoder: Arc<Decoder>,
    images: Vec<u8>,
    known: Option<Vec<u8>>,
    /// The maps of a picture of which nothing is known: the same for all.
    maps: Option<Maps>,
    cache: Cache,
    values: Vec<f64>,
}

impl Likelihood {
    pub(crate) fn start(
        decoder: Arc<Decoder>,
        images: &[u8],
        known: Option<&[u8]>,
    ) -> Result<Self, SamplerError> {
        if images.is_empty() || !images.len().is_multiple_of(decoder.pixels()) {
            let expected = format!("one or more times {}", decoder.pixels());
            let (argument, found) = ("images", images.len());
            return Err(SamplerError::Length { argument, found, expected });
        }
        check_values("images", images)?;
        if let Some(known) = known {
            check_binary("known", known, images.len())?;
        }
        let pixels = decoder.pixels();
        let maps = match known {
            Some(_) => None,
            None => Some(decoder.maps(&images[..pixels], &vec![0; pixels], pixels)?),
        };
        let cache = Cache::new(&decoder, 1, pixels)?;
        Ok(Self {
            values: Vec::with_capacity(images.len() / pixels),
            images: images.to_vec(),
            known: known.map(<[u8]>::to_vec),
            maps,
            cache,
            decoder,
        })
    }

    /// Does up to `pictures` more pictures and says how many are left.
    ///
    /// # Errors
    /// No memory.
    pub fn advance(&mut self, pictures: usize) -> Result<usize, SamplerError> {
        let total = self.images.len() / self.decoder.pixels();
        for _ in 0..pictures.min(total - self.values.len()) {
            let value = self.picture(self.values.len())?;
            self.values.push(value);
        }
        Ok(total - self.values.len())
    }

    /// The log-likelihoods of the pictures done so far, in nats: of all pixels, or of the hidden ones
    /// where it was said which are known.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    fn picture(&mut self, index: usize) -> Result<f64, SamplerError> {
        let pixels = self.decoder.pixels();
        let range = index * pixels..(index + 1) * pixels;
        let image = &self.images[range.clone()];
        let known = self.known.as_ref().map(|known| &known[range]);
        let is_hidden = |pixel: usize| known.is_none_or(|known| known[pixel] == 0);
        let limit = (0..pixels).rev().find(|&pixel| is_hidden(pixel)).map_or(0, |last| last + 1);
        let own_maps = match known {
            Some(known) => Some(self.decoder.maps(image, known, limit)?),
            None => None,
        };
        let mut sum = 0.0;
        if let Some(maps) = own_maps.as_ref().or(self.maps.as_ref()) {
            forward(&self.decoder, &mut self.cache, maps, image, limit, |pixel, logit| {
                if is_hidden(pixel) {
                    sum += log_probability(logit, image[pixel]);
                }
            });
        }
        Ok(sum)
    }
}

/// The logit of every pixel given the known ones and the earlier ones.
pub(crate) fn logits(
    decoder: &Decoder,
    pixels: &[u8],
    known: &[u8],
) -> Result<Vec<f32>, SamplerError> {
    check_binary("pixels", pixels, decoder.pixels())?;
    check_binary("known", known, decoder.pixels())?;
    let maps = decoder.maps(pixels, known, pixels.len())?;
    let mut cache = Cache::new(decoder, 1, pixels.len())?;
    let mut logits = zeros(pixels.len())?;
    let limit = pixels.len();
    forward(decoder, &mut cache, &maps, pixels, limit, |pixel, logit| logits[pixel] = logit);
    Ok(logits)
}

/// Runs the decoder over the first `limit` pixels of a picture, row by row.
fn forward(
    decoder: &Decoder,
    cache: &mut Cache,
    maps: &Maps,
    image: &[u8],
    limit: usize,
    mut each: impl FnMut(usize, f32),
) {
    image.iter().enumerate().for_each(|(pixel, &value)| cache.set(0, pixel, value));
    for row in 0..limit.div_ceil(decoder.columns) {
        let first = row * decoder.columns;
        let columns = 0..decoder.columns.min(limit - first);
        let segment = Segment { row, logits: columns.len(), columns };
        let logits = cache.run(decoder, maps, &segment);
        logits.iter().enumerate().for_each(|(column, &logit)| each(first + column, logit));
    }
}
