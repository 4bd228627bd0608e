//! The activations that later pixels read, and the one routine that computes them.
//!
//! A pixel's activation depends on earlier pixels alone, so it is computed once and kept. Of a block
//! only h, what its kernel reads from other pixels, has to be kept, and of h only as many rows as
//! the kernel reaches up.
//!
//! Work is done in segments: neighbouring pixels of one row whose inputs are all decided. Sampling
//! needs segments of one pixel where pixels are hidden and longer ones where they are known; the
//! pixels before the first hidden one are the same in all completions and computed for one; a
//! log-likelihood, where every pixel is decided, is made of whole rows.
//!
//! Three of a kernel's five taps lie in a row above, which is complete when a row is begun. Their sums
//! are computed for the whole row at once, where each weight serves many pixels; what is left to do
//! pixel by pixel are the two taps beside. The order of summation stays that of the taps.

use std::ops::Range;

use halfdrawn_format::{Tap, causal_taps};

use crate::decoder::{ABOVE, Decoder, Maps, TAPS};
use crate::error::{SamplerError, zeros};
use crate::matrix::{Finish, Rows, relu};

/// How far the stem reaches to each side, and up.
const REACH: usize = 3;
/// Inputs of the stem: three rows of seven, and three to the left.
const STEM_INPUTS: usize = 24;

/// The kept activations h of one block.
#[derive(Clone, Debug)]
struct Layer {
    taps: Vec<Tap>,
    /// Rows kept: the kernel's reach and the row being computed, and more to make it a power of
    /// two, since a division for each tap would show.
    ring: usize,
    /// A vector of zeros for what lies outside the picture; then the shared pixels
    /// `[ring, columns, hidden]`; then those that differ, `[ring, columns, images, hidden]`.
    h: Vec<f32>,
    /// The sums over the taps above for the row being computed, `[columns, images, hidden]`.
    above: Vec<f32>,
}

/// Pixels of one row that are computed together.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// The row.
    pub row: usize,
    /// The columns.
    pub columns: Range<usize>,
    /// How many of the last of them need a logit.
    pub logits: usize,
}

/// Everything that is kept between the pixels of a batch of pictures.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    images: usize,
    columns: usize,
    hidden: usize,
    /// Pixels before this one are the same in all pictures and kept once.
    shared: usize,
    layers: Vec<Layer>,
    /// Values −1 and 1 of each picture, with a border of zeros.
    planes: Vec<f32>,
    plane: usize,
    scratch: Scratch,
}

/// Buffers of a segment, kept to save allocations.
#[derive(Clone, Debug, Default)]
struct Scratch {
    /// Where each row of a product finds the values its sums start from.
    starts: Vec<usize>,
    /// Where each row and tap finds its inputs.
    places: Vec<usize>,
    inputs: Vec<f32>,
    x: Vec<f32>,
    g: Vec<f32>,
    head: Vec<f32>,
    logits: Vec<f32>,
}

impl Cache {
    /// A cache for `images` pictures whose first `shared` pixels have the same activations.
    pub fn new(decoder: &Decoder, images: usize, shared: usize) -> Result<Self, SamplerError> {
        let (columns, hidden) = (decoder.columns, decoder.hidden);
        let own = if shared < decoder.pixels() { images } else { 0 };
        let layer = |dilation: usize| {
            let ring = (dilation + 1).next_power_of_two();
            let h = zeros(hidden * (1 + ring * columns * (1 + own)))?;
            let above = zeros(hidden * columns * own.max(1))?;
            Ok(Layer { taps: causal_taps(dilation), ring, h, above })
        };
        let layers = decoder
            .blocks
            .iter()
            .map(|block| layer(block.dilation))
            .collect::<Result<_, SamplerError>>()?;
        let plane = (decoder.rows + REACH) * (columns + 2 * REACH);
        let planes = zeros(images * plane)?;
        let scratch = Scratch::default();
        Ok(Self { images, columns, hidden, shared, layers, planes, plane, scratch })
    }

    /// Decides a pixel of a picture. A cache may go on to another picture once all its pixels are
    /// decided anew: no activation is read before it has been computed again.
    pub fn set(&mut self, image: usize, pixel: usize, value: u8) {
        let (row, column) = (pixel / self.columns + REACH, pixel % self.columns + REACH);
        let at = image * self.plane + row * (self.columns + 2 * REACH) + column;
        self.planes[at] = 2.0 * f32::from(value) - 1.0;
    }

    /// Computes the segment and gives its logits, `[pixels, images]`, or `[pixels]` where the
    /// segment lies in the shared part.
    ///
    /// Complexity: pixels · images · [`Decoder::multiply_adds_per_pixel`] multiply-adds.
    pub fn run(&mut self, decoder: &Decoder, maps: &Maps, segment: &Segment) -> &[f32] {
        let first = segment.row * self.columns + segment.columns.start;
        let (images, end) = if first < self.shared {
            (1, self.shared.min(maps.limit))
        } else {
            (self.images, maps.limit)
        };
        let pixels = first..first + segment.columns.len();
        let rows = pixels.len() * images;
        let unused = (segment.columns.len() - segment.logits) * images;
        self.gather(segment, images);
        let Self { columns, hidden, shared, layers, scratch, .. } = self;
        let Scratch { starts, places, inputs, x, g, head, logits } = scratch;
        let place = Place { columns: *columns, hidden: *hidden, shared: *shared, images };
        let width = decoder.width;
        x.resize(rows * width, 0.0);
        let input = Rows::Every(inputs, STEM_INPUTS);
        place.starts(pixels.clone(), width, starts);
        let start = Rows::At(&maps.stem, starts);
        decoder.stem.multiply(rows, input, start, Finish::Store, x);
        g.resize(rows * *hidden, 0.0);
        // The rest of the row, where this segment is the first of its row or of its part.
        let begins = segment.columns.start == 0 || first == *shared;
        let ahead = segment.columns.start..(end - segment.row * *columns).min(*columns);
        if begins {
            place.starts(first..segment.row * *columns + ahead.end, maps.stride, starts);
        }
        let last = layers.len().saturating_sub(1);
        for (index, (layer, block)) in layers.iter_mut().zip(&decoder.blocks).enumerate() {
            let Layer { taps, ring, h, above } = layer;
            let above = &mut above[segment.columns.start * images * *hidden..];
            if begins {
                place.taps(&taps[..ABOVE], *ring, segment.row, ahead.clone(), places);
                let (input, start) = (Rows::At(h, places), Rows::At(&maps.blocks[index], starts));
                block.conv[0].multiply(ahead.len() * images, input, start, Finish::Store, above);
            }
            let out = place.of(*ring, segment.row, segment.columns.start).0;
            let out = &mut h[out..][..rows * *hidden];
            let (input, start) = (Rows::Every(x, width), Rows::Every(&block.reduce_bias, 0));
            block.reduce.multiply(rows, input, start, Finish::Relu, out);
            // Behind the last block's h only the logits wait, and not every pixel has one.
            let skip = if index == last { unused } else { 0 };
            let rows = rows - skip;
            place.taps(&taps[ABOVE..], *ring, segment.row, segment.columns.clone(), places);
            let input = Rows::At(h, &places[skip * (TAPS - ABOVE)..]);
            let start = Rows::Every(&above[skip * *hidden..], *hidden);
            block.conv[1].multiply(rows, input, start, Finish::Relu, g);
            let input = Rows::Every(g, *hidden);
            let (start, out) = (Rows::Every(&block.expand_bias, 0), &mut x[skip * width..]);
            block.expand.multiply(rows, input, start, Finish::Add, out);
        }
        let x = &mut x[unused * width..];
        x.iter_mut().for_each(|value| *value = relu(*value));
        let rows = rows - unused;
        head.resize(rows * decoder.head, 0.0);
        let (input, start) = (Rows::Every(x, width), Rows::Every(&decoder.head_bias, 0));
        decoder.head_hidden.multiply(rows, input, start, Finish::Relu, head);
        logits.clear();
        logits.extend(head.chunks_exact(decoder.head).map(|hidden| decoder.logit(hidden)));
        logits
    }

    /// The stem's inputs of each pixel and picture, in the order of its taps.
    fn gather(&mut self, segment: &Segment, images: usize) {
        let stride = self.columns + 2 * REACH;
        let inputs = &mut self.scratch.inputs;
        inputs.clear();
        for column in segment.columns.clone() {
            for image in 0..images {
                let plane = &self.planes[image * self.plane..][..self.plane];
                for row in segment.row..segment.row + REACH {
                    inputs.extend_from_slice(&plane[row * stride + column..][..2 * REACH + 1]);
                }
                let left = (segment.row + REACH) * stride + column;
                inputs.extend_from_slice(&plane[left..][..REACH]);
            }
        }
    }
}

/// Where the activations of a pixel lie.
struct Place {
    columns: usize,
    hidden: usize,
    shared: usize,
    images: usize,
}

impl Place {
    /// Where the first picture's h of a pixel begins, and the distance to the next picture's.
    fn of(&self, ring: usize, row: usize, column: usize) -> (usize, usize) {
        let slot = (row & (ring - 1)) * self.columns + column;
        if row * self.columns + column < self.shared {
            ((1 + slot) * self.hidden, 0)
        } else {
            ((1 + ring * self.columns + slot * self.images) * self.hidden, self.hidden)
        }
    }

    /// Where each row of a product finds its pixel's values, `stride` apart.
    fn starts(&self, pixels: Range<usize>, stride: usize, starts: &mut Vec<usize>) {
        starts.clear();
        for pixel in pixels {
            starts.extend(std::iter::repeat_n(pixel * stride, self.images));
        }
    }

    /// Where each row of a product and tap finds its inputs.
    fn taps(
        &self,
        taps: &[Tap],
        ring: usize,
        row: usize,
        columns: Range<usize>,
        places: &mut Vec<usize>,
    ) {
        places.clear();
        for column in columns {
            let mut pixel = [(0, 0); TAPS];
            let pixel = &mut pixel[..taps.len()];
            for (place, tap) in pixel.iter_mut().zip(taps) {
                let row = row.checked_add_signed(tap.row);
                let column =
                    column.checked_add_signed(tap.column).filter(|&column| column < self.columns);
                if let (Some(row), Some(column)) = (row, column) {
                    *place = self.of(ring, row, column);
                }
            }
            for image in 0..self.images {
                places.extend(pixel.iter().map(|(at, next)| at + image * next));
            }
        }
    }
}
