//! Scribbles: masks that a brush on a random walk hides.
//!
//! Positions are integers, 256 to a pixel, so that the published masks are the same everywhere.

use rand_pcg::Pcg32;

use crate::{
    PIXELS, SIDE,
    random::{below, between, picture_rng},
};

const UNIT: i32 = 256;
const EDGE: i32 = SIDE as i32 * UNIT - 1;

/// Sixteen directions, one pixel long.
pub(crate) const DIRECTIONS: [[i32; 2]; 16] = [
    [256, 0],
    [237, 98],
    [181, 181],
    [98, 237],
    [0, 256],
    [-98, 237],
    [-181, 181],
    [-237, 98],
    [-256, 0],
    [-237, -98],
    [-181, -181],
    [-98, -237],
    [0, -256],
    [98, -237],
    [181, -181],
    [237, -98],
];

/// The first `count` scribble masks of `seed`: 1 where a pixel is known.
///
/// Evaluation uses `scribbles(1000, 1)`, and published figures depend on it: these masks never
/// change, and a test holds them.
#[must_use]
pub fn scribbles(count: usize, seed: u64) -> Vec<[u8; PIXELS]> {
    (0..count as u64).map(|index| strokes(&mut picture_rng(seed, 0, index))).collect()
}

/// A mask with strokes hidden until they cover a share drawn from 10 to 60 per cent.
pub(crate) fn strokes(rng: &mut Pcg32) -> [u8; PIXELS] {
    let target = between(rng, PIXELS as u32 / 10, PIXELS as u32 * 6 / 10);
    let mut known = [1; PIXELS];
    let mut hidden = 0;
    loop {
        let width = between(rng, 2, 6) as i32;
        let mut position = [0; 2].map(|_| below(rng, EDGE as u32 + 1) as i32);
        let mut direction = below(rng, 16) as usize;
        for _ in 0..between(rng, 6, 40) {
            hidden += dab(&mut known, position, width);
            if hidden >= target {
                return known;
            }
            // Up to 45° to either side; back from an edge.
            direction = (direction + 14 + below(rng, 5) as usize) % 16;
            for (place, step) in position.iter_mut().zip(DIRECTIONS[direction]) {
                *place += step;
            }
            if position.iter().any(|place| !(0..=EDGE).contains(place)) {
                position = position.map(|place| place.clamp(0, EDGE));
                direction = (direction + 8) % 16;
            }
        }
    }
}

/// Hides the pixels whose centres lie in a disc; returns how many were known before.
fn dab(known: &mut [u8; PIXELS], centre: [i32; 2], width: i32) -> u32 {
    let mut hidden = 0;
    for (pixel, known) in known.iter_mut().enumerate() {
        let pixel = [pixel % SIDE, pixel / SIDE].map(|place| place as i32 * UNIT + UNIT / 2);
        let distance: i32 = (0..2).map(|axis| (2 * (pixel[axis] - centre[axis])).pow(2)).sum();
        if distance <= (width * UNIT).pow(2) {
            hidden += u32::from(std::mem::take(known));
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a, 64 bits.
    fn checksum(masks: &[[u8; PIXELS]]) -> u64 {
        masks.as_flattened().iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn the_published_scribbles_never_change() {
        let masks = scribbles(1000, 1);
        let known: u32 = masks.as_flattened().iter().map(|&known| u32::from(known)).sum();
        assert_eq!((masks.len(), known, checksum(&masks)), (1000, 508_054, 0x223d_2d60_30bc_417d));
    }

    #[test]
    fn a_scribble_does_not_depend_on_how_many_are_asked_for() {
        assert_eq!(scribbles(3, 7), scribbles(5, 7)[..3]);
        assert_ne!(scribbles(1, 7), scribbles(1, 8));
    }

    #[test]
    fn scribbles_hide_from_a_tenth_to_six_tenths() {
        let hidden: Vec<usize> = scribbles(500, 2)
            .iter()
            .map(|mask| mask.iter().filter(|&&known| known == 0).count())
            .collect();
        // The last dab may pass the target by its own size, at most 32 pixels.
        assert!(hidden.iter().all(|&count| (78..=470 + 32).contains(&count)), "{hidden:?}");
        let mean = hidden.iter().sum::<usize>() as f64 / 500.0;
        assert!((mean / PIXELS as f64 - 0.35).abs() < 0.05, "{mean}");
    }

    #[test]
    fn a_dab_of_two_pixels_hides_what_lies_within_one_of_its_centre() {
        let mut known = [1; PIXELS];
        // The corner shared by four pixels: their centres are √½ away.
        assert_eq!(dab(&mut known, [5 * UNIT, 5 * UNIT], 2), 4);
        for pixel in [4 * SIDE + 4, 4 * SIDE + 5, 5 * SIDE + 4, 5 * SIDE + 5] {
            assert_eq!(known[pixel], 0);
        }
        assert_eq!(dab(&mut known, [5 * UNIT, 5 * UNIT], 2), 0);
    }
}
