//! What a trainer needs from whatever computes gradients.

/// Binary pictures with what is known of each.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pixels: usize,
    pictures: Vec<u8>,
    known: Vec<u8>,
}

impl Batch {
    /// An empty batch of pictures of `pixels` pixels.
    pub fn new(pixels: usize) -> Self {
        Self { pixels, pictures: Vec::new(), known: Vec::new() }
    }

    /// Adds a picture and its mask, one byte a pixel, 0 or 1.
    ///
    /// # Panics
    /// Where a length differs from the batch's.
    pub fn push(&mut self, picture: &[u8], known: &[u8]) {
        assert_eq!(picture.len(), self.pixels, "picture length");
        assert_eq!(known.len(), self.pixels, "mask length");
        self.pictures.extend_from_slice(picture);
        self.known.extend_from_slice(known);
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.pictures.len() / self.pixels.max(1)
    }

    /// True without pictures.
    pub fn is_empty(&self) -> bool {
        self.pictures.is_empty()
    }

    /// One picture and its mask.
    pub fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let range = index * self.pixels..(index + 1) * self.pixels;
        (&self.pictures[range.clone()], &self.known[range])
    }

    /// All pictures, then all masks, each picture after picture.
    pub fn parts(&self) -> (&[u8], &[u8]) {
        (&self.pictures, &self.known)
    }
}

/// The loss of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Mean over pictures of the nats of their hidden pixels.
    pub nats: f64,
}

/// Computes losses and gradients of a network whose parameters lie in one vector, in the order of
/// [`halfdrawn_format::Network::parameters`].
pub trait GradientSource {
    /// The loss of `batch`; overwrites `gradient` with its gradient.
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Loss;

    /// The nats of the hidden pixels of each picture.
    fn nats(&mut self, parameters: &[f32], batch: &Batch) -> Vec<f64>;
}
