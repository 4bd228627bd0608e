//! Dynamic binarisation: a pixel of grey level g is ink with probability g/255, drawn anew in each
//! epoch (Salakhutdinov and Murray 2008).
//!
//! The draw compares integers, so that every machine draws the same pixels.

use rand_core::Rng;
use rand_pcg::Pcg32;

use crate::{mnist::Digits, random::picture_rng};

/// Binarises one picture: each of `out` becomes 1 (ink) with probability `grey`/255, else 0.
///
/// A pixel takes one `next_u32()` r; with u = r >> 8, of 24 bits, it is ink where
/// u · 255 < grey · 2²⁴. So 0 is never ink and 255 always is.
///
/// # Panics
///
/// If `grey` and `out` differ in length.
pub fn binarise_into(grey: &[u8], rng: &mut Pcg32, out: &mut [u8]) {
    assert_eq!(grey.len(), out.len(), "a binarised picture has as many pixels as the grey one");
    for (ink, &level) in out.iter_mut().zip(grey) {
        let draw = u64::from(rng.next_u32() >> 8);
        *ink = u8::from(draw * 255 < u64::from(level) << 24);
    }
}

/// Binarises all digits, picture after picture; picture i draws from
/// [`picture_rng`]`(seed, epoch, i)`.
#[must_use]
pub fn binarise(digits: &Digits, seed: u64, epoch: u64) -> Vec<u8> {
    let mut pixels = vec![0; digits.len() * crate::PIXELS];
    for (index, out) in pixels.chunks_exact_mut(crate::PIXELS).enumerate() {
        binarise_into(digits.grey(index), &mut picture_rng(seed, epoch, index as u64), out);
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_is_never_ink_and_full_ink_always_is() {
        let mut rng = picture_rng(1, 0, 0);
        let mut out = [7; 2000];
        binarise_into(&[0; 2000], &mut rng, &mut out);
        assert_eq!(out, [0; 2000]);
        binarise_into(&[255; 2000], &mut rng, &mut out);
        assert_eq!(out, [1; 2000]);
    }

    #[test]
    fn a_grey_pixel_is_ink_as_often_as_its_level_says() {
        let mut rng = picture_rng(2, 0, 0);
        let draws = 40_000;
        for level in [1u8, 51, 128, 204, 254] {
            let mut out = vec![0; draws];
            binarise_into(&vec![level; draws], &mut rng, &mut out);
            let ink = out.iter().map(|&pixel| f64::from(pixel)).sum::<f64>();
            let p = f64::from(level) / 255.0;
            let deviation = (draws as f64 * p * (1.0 - p)).sqrt();
            assert!((ink - draws as f64 * p).abs() < 5.0 * deviation, "level {level}: {ink}");
        }
    }

    #[test]
    fn the_first_draws_are_these_on_every_machine() {
        let mut out = [0; 32];
        binarise_into(&[128; 32], &mut picture_rng(1, 2, 3), &mut out);
        let bits = out.iter().fold(0u32, |bits, &pixel| bits << 1 | u32::from(pixel));
        assert_eq!(bits, 0xb511_5a59, "{bits:#010x}");
    }
}
