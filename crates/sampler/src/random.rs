//! The random numbers of a completion, specified so that any other program can repeat them.
//!
//! PCG-XSH-RR 64/32 (O'Neill 2014, "PCG: a family of simple fast space-efficient statistically good
//! algorithms for random number generation"), one stream for each completion. Hidden pixels are
//! visited in raster order and each takes one number; known pixels take none.

use rand_core::Rng as _;
pub use rand_pcg::Pcg32;

/// The generator of completion `index` of a request with `seed`: the seed is the state, the index
/// the stream. It does not depend on how many completions the request asks for.
pub fn stream(seed: u32, index: usize) -> Pcg32 {
    Pcg32::new(u64::from(seed), index as u64)
}

/// The next number in [0, 1): the upper 24 bits of 32, which `f32` holds exactly.
pub fn uniform(random: &mut Pcg32) -> f32 {
    const UNIT: f32 = 1.0 / (1 << 24) as f32;
    (random.next_u32() >> 8) as f32 * UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_is_the_published_pcg32() {
        // pcg32-demo of the reference implementation: pcg32_srandom(42, 54).
        let mut random = Pcg32::new(42, 54);
        let numbers: Vec<u32> = (0..6).map(|_| random.next_u32()).collect();
        let published =
            [0xa15c_02b7, 0x7b47_f409, 0xba1d_3330, 0x83d2_f293, 0xbfa4_784b, 0xcbed_606e];
        assert_eq!(numbers, published);
    }

    #[test]
    fn uniform_numbers_lie_in_the_unit_interval_and_average_a_half() {
        let mut random = stream(7, 3);
        let numbers: Vec<f32> = (0..10_000).map(|_| uniform(&mut random)).collect();
        assert!(numbers.iter().all(|&number| (0.0..1.0).contains(&number)));
        let mean = numbers.iter().sum::<f32>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }
}
