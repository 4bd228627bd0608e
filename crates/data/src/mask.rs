//! Completion masks: which pixels of a picture are known (1) and which are to be filled in (0).

use std::{fmt, str::FromStr};

use rand_core::Rng;
use rand_pcg::Pcg32;
use thiserror::Error;

use crate::{
    PIXELS, SIDE, ink,
    random::{below, between},
    scribble,
};

/// Why a mask cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MaskError {
    /// No kind has this name.
    #[error("no mask is called `{0}`: use one of {names}", names = names())]
    Unknown(String),
    /// All weights of a mix are zero.
    #[error("a mix of masks needs a weight above zero")]
    NoWeight,
    /// The weights of a mix add up to more than a `u32` holds.
    #[error("the weights of a mix of masks add up to more than {max}: use smaller ones", max = u32::MAX)]
    TooHeavy,
}

/// A way to hide a part of a picture.
///
/// All kinds but [`Ink`](MaskKind::Ink) choose without looking at the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaskKind {
    /// Nothing is known.
    Nothing,
    /// The top half is hidden.
    Top,
    /// The bottom half is hidden.
    Bottom,
    /// The left half is hidden.
    Left,
    /// The right half is hidden.
    Right,
    /// The middle 14×14 pixels are hidden.
    Centre,
    /// One to three rectangles, 4 to 20 pixels high and wide, are hidden.
    Rectangles,
    /// A wandering brush, 2 to 6 pixels wide, hides 10 to 60 per cent.
    Strokes,
    /// Each pixel is hidden with the same probability, itself uniform from 0.1 to 0.95.
    Pixels,
    /// Only ink is known, and not always all of it: half the time the part on one side of a line,
    /// one time in three a connected part that begins at the end of a stroke, else the whole.
    ///
    /// This is how someone draws who has not finished: paper may become ink, ink stays.
    Ink,
}

impl MaskKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Nothing,
        Self::Top,
        Self::Bottom,
        Self::Left,
        Self::Right,
        Self::Centre,
        Self::Rectangles,
        Self::Strokes,
        Self::Pixels,
        Self::Ink,
    ];

    /// The name that settings and the command line use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::Left => "left",
            Self::Right => "right",
            Self::Centre => "centre",
            Self::Rectangles => "rectangles",
            Self::Strokes => "strokes",
            Self::Pixels => "pixels",
            Self::Ink => "ink",
        }
    }

    /// Draws a mask for `picture`, of 784 pixels of 0 or 1: 1 where it is known.
    ///
    /// # Panics
    ///
    /// If `picture` has another length.
    #[must_use]
    pub fn sample(self, picture: &[u8], rng: &mut Pcg32) -> [u8; PIXELS] {
        assert_eq!(picture.len(), PIXELS, "a mask is made for one picture of 28×28 pixels");
        const HALF: usize = SIDE / 2;
        match self {
            Self::Nothing => [0; PIXELS],
            Self::Top => known_where(|row, _| row >= HALF),
            Self::Bottom => known_where(|row, _| row < HALF),
            Self::Left => known_where(|_, column| column >= HALF),
            Self::Right => known_where(|_, column| column < HALF),
            Self::Centre => {
                let middle = HALF / 2..HALF / 2 + HALF;
                known_where(|row, column| !(middle.contains(&row) && middle.contains(&column)))
            }
            Self::Rectangles => rectangles(rng),
            Self::Strokes => scribble::strokes(rng),
            Self::Pixels => pixels(rng),
            Self::Ink => ink::part(picture, rng),
        }
    }
}

impl fmt::Display for MaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for MaskKind {
    type Err = MaskError;

    fn from_str(name: &str) -> Result<Self, MaskError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| MaskError::Unknown(name.to_owned()))
    }
}

fn names() -> String {
    MaskKind::ALL.map(MaskKind::name).join(", ")
}

fn known_where(known: impl Fn(usize, usize) -> bool) -> [u8; PIXELS] {
    std::array::from_fn(|pixel| u8::from(known(pixel / SIDE, pixel % SIDE)))
}

fn rectangles(rng: &mut Pcg32) -> [u8; PIXELS] {
    let mut known = [1; PIXELS];
    for _ in 0..between(rng, 1, 3) {
        let [height, width] = [0; 2].map(|_| between(rng, 4, 20));
        let [top, left] = [height, width].map(|size| below(rng, SIDE as u32 - size + 1) as usize);
        for row in top..top + height as usize {
            known[row * SIDE + left..][..width as usize].fill(0);
        }
    }
    known
}

fn pixels(rng: &mut Pcg32) -> [u8; PIXELS] {
    // Probabilities in units of 2⁻²⁴, from 0.1 to 0.95: integers draw the same everywhere.
    const ONE: u32 = 1 << 24;
    let hidden = between(rng, ONE / 10, ONE / 20 * 19);
    [0; PIXELS].map(|_| u8::from(rng.next_u32() >> 8 >= hidden))
}

/// Kinds of masks, each drawn in proportion to its weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskMix {
    weights: Vec<(MaskKind, u32)>,
    total: u32,
}

impl MaskMix {
    /// A mix with these weights; they need not add up to anything.
    ///
    /// # Errors
    ///
    /// If no weight is above zero, or their sum overflows.
    pub fn new(weights: &[(MaskKind, u32)]) -> Result<Self, MaskError> {
        let total = weights
            .iter()
            .try_fold(0u32, |total, &(_, weight)| total.checked_add(weight))
            .ok_or(MaskError::TooHeavy)?;
        if total == 0 {
            return Err(MaskError::NoWeight);
        }
        Ok(Self { weights: weights.to_vec(), total })
    }

    /// Draws a kind.
    pub fn kind(&self, rng: &mut Pcg32) -> MaskKind {
        let mut left = below(rng, self.total);
        for &(kind, weight) in &self.weights {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return kind,
            }
        }
        unreachable!("a number below the sum of the weights lies in one of them")
    }

    /// Draws a kind, and of that kind a mask: 1 where `picture` is known.
    ///
    /// # Panics
    ///
    /// If `picture` has not 784 pixels.
    #[must_use]
    pub fn sample(&self, picture: &[u8], rng: &mut Pcg32) -> [u8; PIXELS] {
        self.kind(rng).sample(picture, rng)
    }
}

/// What the completion model is trained on, in per cent: nothing 22, top 12, bottom 12, left 12,
/// right 8, ink 10, strokes 8, centre 6, rectangles 6, pixels 4.
///
/// Nothing known has the most to learn; the three halves are those with published figures.
impl Default for MaskMix {
    fn default() -> Self {
        let weights = vec![
            (MaskKind::Nothing, 22),
            (MaskKind::Top, 12),
            (MaskKind::Bottom, 12),
            (MaskKind::Left, 12),
            (MaskKind::Right, 8),
            (MaskKind::Centre, 6),
            (MaskKind::Rectangles, 6),
            (MaskKind::Strokes, 8),
            (MaskKind::Pixels, 4),
            (MaskKind::Ink, 10),
        ];
        Self { total: weights.iter().map(|&(_, weight)| weight).sum(), weights }
    }
}
