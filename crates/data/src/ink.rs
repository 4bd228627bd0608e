//! Masks that know nothing but ink: what someone has drawn so far.

use std::collections::VecDeque;

use rand_pcg::Pcg32;

use crate::{
    PIXELS, SIDE,
    random::{below, between},
    scribble::DIRECTIONS,
};

/// A mask that knows a part of the ink, or all of it, and no paper.
pub(crate) fn part(picture: &[u8], rng: &mut Pcg32) -> [u8; PIXELS] {
    let ink: Vec<usize> = (0..PIXELS).filter(|&pixel| picture[pixel] == 1).collect();
    if ink.is_empty() {
        return [0; PIXELS];
    }
    let kept = match below(rng, 6) {
        0 => ink,
        1 | 2 => connected(picture, &ink, rng),
        _ => one_side(&ink, rng),
    };
    let mut known = [0; PIXELS];
    for pixel in kept {
        known[pixel] = 1;
    }
    known
}

/// The ink on one side of a line through one of its pixels.
fn one_side(ink: &[usize], rng: &mut Pcg32) -> Vec<usize> {
    let place = |pixel: usize| [pixel % SIDE, pixel / SIDE].map(|place| place as i32);
    let pivot = place(ink[below(rng, ink.len() as u32) as usize]);
    let normal = DIRECTIONS[below(rng, 16) as usize];
    let inside = |&pixel: &usize| {
        let place = place(pixel);
        (0..2).map(|axis| (place[axis] - pivot[axis]) * normal[axis]).sum::<i32>() >= 0
    };
    ink.iter().copied().filter(inside).collect()
}

/// A connected part that begins at one end of a stroke, as a pen that was lifted early leaves it.
fn connected(picture: &[u8], ink: &[usize], rng: &mut Pcg32) -> Vec<usize> {
    let anywhere = ink[below(rng, ink.len() as u32) as usize];
    // What lies farthest from any pixel of a connected shape is an end of it.
    let end = spread(picture, anywhere).last().copied().unwrap_or(anywhere);
    let mut kept = spread(picture, end);
    kept.truncate(between(rng, 1, kept.len() as u32) as usize);
    kept
}

/// The ink connected to `start`, corners included, nearest first.
fn spread(picture: &[u8], start: usize) -> Vec<usize> {
    let mut seen = [false; PIXELS];
    seen[start] = true;
    let mut waiting = VecDeque::from([start]);
    let mut reached = Vec::new();
    while let Some(pixel) = waiting.pop_front() {
        reached.push(pixel);
        let around = |place: usize| place.saturating_sub(1)..=(place + 1).min(SIDE - 1);
        for row in around(pixel / SIDE) {
            for column in around(pixel % SIDE) {
                let next = row * SIDE + column;
                if picture[next] == 1 && !std::mem::replace(&mut seen[next], true) {
                    waiting.push_back(next);
                }
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture_rng;

    /// A stroke from left to right in row 10, and a dot far from it.
    fn stroke_and_dot() -> [u8; PIXELS] {
        let mut picture = [0; PIXELS];
        picture[10 * SIDE + 5..10 * SIDE + 21].fill(1);
        picture[20 * SIDE + 20] = 1;
        picture
    }

    #[test]
    fn ink_spreads_to_the_nearest_first_and_stays_on_its_stroke() {
        let reached = spread(&stroke_and_dot(), 10 * SIDE + 5);
        assert_eq!(reached, (10 * SIDE + 5..10 * SIDE + 21).collect::<Vec<_>>());
    }

    #[test]
    fn a_connected_part_begins_at_an_end() {
        let picture = stroke_and_dot();
        let stroke: Vec<usize> = (10 * SIDE + 5..10 * SIDE + 21).collect();
        for index in 0..100 {
            let mut kept = connected(&picture, &stroke, &mut picture_rng(1, 0, index));
            kept.sort_unstable();
            let from_left = kept == stroke[..kept.len()];
            let from_right = kept == stroke[stroke.len() - kept.len()..];
            assert!(from_left || from_right, "{kept:?}");
        }
    }

    #[test]
    fn a_line_leaves_whole_sides_of_a_stroke() {
        let stroke: Vec<usize> = (10 * SIDE + 5..10 * SIDE + 21).collect();
        let mut shorter = 0;
        for index in 0..100 {
            let kept = one_side(&stroke, &mut picture_rng(1, 0, index));
            assert!(stroke.windows(kept.len()).any(|part| part == kept), "{kept:?}");
            shorter += usize::from(kept.len() < stroke.len());
        }
        assert!(shorter > 80, "{shorter}");
    }
}
