//! Pictures a little turned, stretched and moved, so that a classifier learns what does not matter
//! (Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks applied to
//! visual document analysis", affine distortions only).

use rand_core::Rng;
use rand_pcg::Pcg32;

use crate::{PIXELS, SIDE};

/// Largest angle, in radians: 10°.
const TURN: f32 = 0.175;
/// Largest share by which an axis grows or shrinks.
const STRETCH: f32 = 0.1;
/// Largest distance, in pixels, along each axis.
const SHIFT: f32 = 2.0;

/// Draws a picture of grey levels anew: turned about its centre, stretched along each axis and moved,
/// each by a uniform amount. Levels lie between those of the four nearest pixels; outside is paper.
///
/// # Panics
/// Where `grey` or `out` is no picture.
pub fn distort_into(grey: &[u8], rng: &mut Pcg32, out: &mut [u8]) {
    assert_eq!((grey.len(), out.len()), (PIXELS, PIXELS), "pictures of {PIXELS} pixels");
    let mut amount = |limit: f32| limit * (2.0 * (rng.next_u32() >> 8) as f32 / 16_777_216.0 - 1.0);
    let (sine, cosine) = amount(TURN).sin_cos();
    let stretch = [(); 2].map(|()| 1.0 + amount(STRETCH));
    let shift = [(); 2].map(|()| amount(SHIFT));
    let centre = (SIDE as f32 - 1.0) / 2.0;
    for row in 0..SIDE {
        for column in 0..SIDE {
            // Where the level of this pixel comes from.
            let y = (row as f32 - centre - shift[0]) / stretch[0];
            let x = (column as f32 - centre - shift[1]) / stretch[1];
            let from = [centre + cosine * y - sine * x, centre + sine * y + cosine * x];
            out[row * SIDE + column] = level(grey, from).round() as u8;
        }
    }
}

/// The level between pixels, zero outside.
fn level(grey: &[u8], [y, x]: [f32; 2]) -> f32 {
    let corner = [y.floor(), x.floor()];
    let [down, right] = [y - corner[0], x - corner[1]];
    let at = |row: f32, column: f32| {
        let inside = |place: f32| (0.0..SIDE as f32).contains(&place);
        match inside(row) && inside(column) {
            true => f32::from(grey[row as usize * SIDE + column as usize]),
            false => 0.0,
        }
    };
    let line = |row: f32| at(row, corner[1]) * (1.0 - right) + at(row, corner[1] + 1.0) * right;
    line(corner[0]) * (1.0 - down) + line(corner[0] + 1.0) * down
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture_rng;

    /// A square of full ink in the middle.
    fn square() -> Vec<u8> {
        let inside = |place: usize| (9..19).contains(&place);
        let ink = |pixel| inside(pixel / SIDE) && inside(pixel % SIDE);
        (0..PIXELS).map(|pixel| if ink(pixel) { 255 } else { 0 }).collect()
    }

    #[test]
    fn between_two_pixels_lies_their_mean_and_outside_is_paper() {
        let mut grey = vec![0; PIXELS];
        grey[0] = 200;
        grey[1] = 100;
        assert_eq!(level(&grey, [0.0, 0.0]), 200.0);
        assert_eq!(level(&grey, [0.0, 0.5]), 150.0);
        assert_eq!(level(&grey, [0.5, 0.0]), 100.0);
        assert_eq!(level(&grey, [-0.5, 0.0]), 100.0);
        assert_eq!(level(&grey, [-1.0, 0.0]), 0.0);
        assert_eq!(level(&grey, [30.0, 1e9]), 0.0);
    }

    #[test]
    fn ink_moves_and_grows_no_further_than_it_may() {
        let (grey, mut out) = (square(), vec![0; PIXELS]);
        let ink = |picture: &[u8]| picture.iter().map(|&level| f32::from(level)).sum::<f32>();
        let centre = |picture: &[u8], axis: fn(usize) -> usize| {
            let terms = picture.iter().enumerate();
            terms.map(|(pixel, &level)| axis(pixel) as f32 * f32::from(level)).sum::<f32>()
                / ink(picture)
        };
        let mut farthest = 0.0_f32;
        for index in 0..200 {
            distort_into(&grey, &mut picture_rng(1, 0, index), &mut out);
            let share = ink(&out) / ink(&grey);
            assert!((0.8..=1.22).contains(&share), "{share}");
            for axis in [|pixel| pixel / SIDE, |pixel| pixel % SIDE] {
                let moved = (centre(&out, axis) - 13.5).abs();
                assert!(moved <= SHIFT + 0.05, "{moved}");
                farthest = farthest.max(moved);
            }
        }
        assert!(farthest > 1.8, "{farthest}");
    }

    #[test]
    fn the_same_generator_distorts_in_the_same_way() {
        let draw = |index| {
            let mut out = vec![0; PIXELS];
            distort_into(&square(), &mut picture_rng(4, 2, index), &mut out);
            out
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
