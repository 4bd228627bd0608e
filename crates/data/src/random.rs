//! Random numbers: PCG-XSH-RR 64/32, seeded by what is being drawn for.

use rand_core::Rng;
use rand_pcg::Pcg32;

/// The generator of one picture in one epoch.
///
/// It depends on nothing else, so pictures may be drawn in any order or in parallel. Neighbouring
/// PCG streams are correlated when their states are equal; hashing all three numbers into the
/// state and the stream keeps them apart.
#[must_use]
pub fn picture_rng(seed: u64, epoch: u64, index: u64) -> Pcg32 {
    let state = hash(hash(hash(seed) ^ epoch) ^ index);
    Pcg32::new(state, hash(state))
}

/// The output function of SplitMix64 (Steele, Lea and Flood 2014): a bijection that mixes well.
pub(crate) fn hash(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A uniform number below `bound`, which must not be zero.
///
/// Lemire's multiplication with rejection ("Fast random integer generation in an interval", 2019):
/// exactly uniform, integers only.
pub(crate) fn below(rng: &mut Pcg32, bound: u32) -> u32 {
    let reject = bound.wrapping_neg() % bound;
    loop {
        let product = u64::from(rng.next_u32()) * u64::from(bound);
        if product as u32 >= reject {
            return (product >> 32) as u32;
        }
    }
}

/// A uniform number in `low..=high`.
pub(crate) fn between(rng: &mut Pcg32, low: u32, high: u32) -> u32 {
    low + below(rng, high - low + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_a_bound_are_uniform() {
        let mut rng = picture_rng(1, 2, 3);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[below(&mut rng, 7) as usize] += 1;
        }
        // 10,000 each, standard deviation 93: five of them.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 465), "{counts:?}");
    }

    #[test]
    fn numbers_between_two_reach_both() {
        let mut rng = picture_rng(1, 2, 3);
        let drawn: Vec<u32> = (0..1000).map(|_| between(&mut rng, 4, 6)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&4), Some(&6)));
    }

    #[test]
    fn each_seed_epoch_and_picture_has_its_own_numbers() {
        let first = |seed, epoch, index| picture_rng(seed, epoch, index).next_u64();
        let base = first(1, 1, 1);
        assert_eq!(base, first(1, 1, 1));
        for other in [first(2, 1, 1), first(1, 2, 1), first(1, 1, 2), first(0, 0, 0)] {
            assert_ne!(base, other);
        }
    }
}
