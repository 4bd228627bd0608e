//! What a trainer needs from whatever computes gradients.

/// Pictures with what is known of each; for models with latent variables, digits and noise.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pixels: usize,
    pictures: Vec<u8>,
    known: Vec<u8>,
    /// The digit of each picture, where a model is told it or is to tell it.
    pub labels: Vec<u8>,
    /// N(0, 1) numbers, one a picture and latent variable.
    pub noise: Vec<f32>,
}

impl Batch {
    /// An empty batch of pictures of `pixels` pixels.
    pub fn new(pixels: usize) -> Self {
        Self { pixels, ..Self::default() }
    }

    /// Adds a picture and its mask, one byte a pixel, 0 or 1; for a classifier, whose pictures are grey,
    /// 0 to 255.
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

/// The loss of a picture, or its mean over a batch, in nats.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// Nats of the pixels, or of a classifier's digit; all of the loss but in a variational autoencoder.
    pub reconstruction: f64,
    /// KL(q(z|x) ‖ p(z)).
    pub kl: f64,
}

impl Loss {
    /// Reconstruction + β·KL.
    pub fn total(self, beta: f64) -> f64 {
        self.reconstruction + beta * self.kl
    }
}

/// Computes losses and gradients of a network whose parameters lie in one vector, in the order of
/// [`halfdrawn_format::Architecture::parameters`].
pub trait GradientSource {
    /// The mean loss of `batch`; overwrites `gradient` with the gradient of reconstruction + β·KL.
    fn gradient(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        beta: f32,
        gradient: &mut [f32],
    ) -> Loss;

    /// The loss of each picture.
    fn losses(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Loss>;
}
