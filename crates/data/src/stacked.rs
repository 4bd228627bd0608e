//! Stacked MNIST: three random digits as the colours of one picture, so that there are 1,000 kinds
//! that can be counted (Metz et al. 2017, "Unrolled generative adversarial networks", section 3.3.1).

use rand_pcg::Pcg32;

use crate::mnist::Digits;
use crate::random::below;

/// Digits to a picture.
pub const PLANES: usize = 3;

/// Writes three random digits into a picture of three grey levels a pixel; which ones are drawn from
/// `rng`, such as [`crate::picture_rng`] of a seed, an epoch and a number. Returns what they show, the
/// first plane first.
///
/// # Panics
/// Where there are no digits, or `out` is not of three planes.
pub fn stack_into(digits: &Digits, rng: &mut Pcg32, out: &mut [u8]) -> [u8; PLANES] {
    assert_eq!(out.len(), PLANES * crate::PIXELS, "three grey levels a pixel");
    let mut shown = [0; PLANES];
    for (plane, shown) in shown.iter_mut().enumerate() {
        let index = below(rng, digits.len() as u32) as usize;
        *shown = digits.labels()[index];
        for (pixel, &level) in out.chunks_exact_mut(PLANES).zip(digits.grey(index)) {
            pixel[plane] = level;
        }
    }
    shown
}

/// Which of the 1,000 kinds three digits are: their decimals, the first plane the hundreds.
#[must_use]
pub fn stacked_mode(shown: [u8; PLANES]) -> u16 {
    shown.into_iter().fold(0, |mode, digit| 10 * mode + u16::from(digit))
}
