//! The neighbours a convolution reads, as offsets from the pixel it writes.
//!
//! Masked convolutions (van den Oord et al. 2016, "Pixel Recurrent Neural Networks", section 3.4)
//! are usually written as a full kernel times a mask of zeros and ones. Here the taps that the mask
//! would zero do not exist: a later pixel cannot leak, and no multiplication by zero is done.

/// An offset in rows and columns from the pixel being written to a pixel being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Rows down; negative is up.
    pub row: isize,
    /// Columns to the right; negative is left.
    pub column: isize,
}

impl Tap {
    /// True where the tap reads a pixel strictly earlier in raster order than the one written.
    pub fn is_earlier(self) -> bool {
        self.row < 0 || (self.row == 0 && self.column < 0)
    }
}

fn square(radius: isize, dilation: isize) -> impl Iterator<Item = Tap> {
    (-radius..=radius).flat_map(move |row| {
        (-radius..=radius).map(move |column| Tap { row: row * dilation, column: column * dilation })
    })
}

/// The 24 taps of the first layer: the strictly earlier half of a 7×7 kernel (mask type A),
/// in raster order.
pub fn stem_taps() -> Vec<Tap> {
    square(3, 1).filter(|tap| tap.is_earlier()).collect()
}

/// The 5 taps of a block: the earlier half of a dilated 3×3 kernel and its centre (mask type B),
/// in raster order, so the centre is last.
pub fn causal_taps(dilation: usize) -> Vec<Tap> {
    square(1, dilation as isize)
        .filter(|tap| tap.is_earlier() || (tap.row == 0 && tap.column == 0))
        .collect()
}

/// The 9 taps of a non-causal dilated 3×3 kernel, in raster order.
pub fn square_taps(dilation: usize) -> Vec<Tap> {
    square(1, dilation as isize).collect()
}

/// The 25 taps of the non-causal 5×5 kernel that reads the known pixels at full resolution.
pub fn local_taps() -> Vec<Tap> {
    square(2, 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stem_taps_are_the_earlier_half_of_seven_by_seven() {
        let taps = stem_taps();
        assert_eq!(taps.len(), 24);
        assert!(taps.iter().all(|tap| tap.is_earlier()));
    }

    #[test]
    fn causal_taps_end_with_the_centre() {
        let taps = causal_taps(2);
        assert_eq!(taps.len(), 5);
        assert_eq!(taps[4], Tap { row: 0, column: 0 });
        assert!(taps[..4].iter().all(|tap| tap.is_earlier()));
        assert_eq!(taps[0], Tap { row: -2, column: -2 });
    }
}
