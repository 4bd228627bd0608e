//! The order in which an epoch visits the pictures, and its batches.

use rand_pcg::Pcg32;
use thiserror::Error;

use crate::random::{below, hash};

/// Why batches cannot be formed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BatchError {
    /// The batch size is zero or larger than the data.
    #[error("a batch of {batch} pictures cannot be taken from {len}: use 1 to {len}")]
    Size {
        /// Pictures in a batch.
        batch: usize,
        /// Pictures in all.
        len: usize,
    },
    /// A stored position lies outside its epoch.
    #[error("position {position} is past the {batches} batches of an epoch: start the epoch again")]
    Position {
        /// Batches of the epoch already taken.
        position: usize,
        /// Batches in an epoch.
        batches: usize,
    },
}

/// A permutation of `0..len` by Fisher and Yates, the same for the same seed and epoch.
#[must_use]
pub fn order(seed: u64, epoch: u64, len: u32) -> Vec<u32> {
    // One hash fewer than `picture_rng`: a stream of its own beside those of the pictures.
    let state = hash(hash(seed) ^ epoch);
    let mut rng = Pcg32::new(state, hash(state));
    let mut order: Vec<u32> = (0..len).collect();
    for last in (1..len).rev() {
        order.swap(last as usize, below(&mut rng, last + 1) as usize);
    }
    order
}

/// An endless sequence of batches, epoch after epoch, each in its own [`order`].
///
/// All batches have the same size; what is left over at the end of an epoch is skipped, other
/// pictures each time. `(epoch(), position())` is the whole state: [`Batches::resume`] goes on
/// from it exactly.
#[derive(Clone, Debug)]
pub struct Batches {
    seed: u64,
    batch: usize,
    epoch: u64,
    position: usize,
    order: Vec<u32>,
}

impl Batches {
    /// Starts at the first batch of epoch 0 of `len` pictures, `batch` at a time.
    ///
    /// # Errors
    ///
    /// If `batch` is zero or more than `len`.
    pub fn new(seed: u64, len: u32, batch: usize) -> Result<Self, BatchError> {
        Self::resume(seed, len, batch, 0, 0)
    }

    /// Goes on in `epoch` after its first `position` batches.
    ///
    /// # Errors
    ///
    /// If `batch` is zero or more than `len`, or `position` is more than the batches of an epoch.
    pub fn resume(
        seed: u64,
        len: u32,
        batch: usize,
        epoch: u64,
        position: usize,
    ) -> Result<Self, BatchError> {
        let pictures = len as usize;
        if batch == 0 || batch > pictures {
            return Err(BatchError::Size { batch, len: pictures });
        }
        let batches = pictures / batch;
        if position > batches {
            return Err(BatchError::Position { position, batches });
        }
        Ok(Self { seed, batch, epoch, position, order: order(seed, epoch, len) })
    }

    /// The epoch of the batch taken last, or of the first before any is taken.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Batches of this epoch already taken.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// Batches in an epoch.
    #[must_use]
    pub fn per_epoch(&self) -> usize {
        self.order.len() / self.batch
    }

    /// The indices of the next batch; begins a new epoch where the last one is used up.
    pub fn next_batch(&mut self) -> &[u32] {
        if self.position == self.per_epoch() {
            self.epoch += 1;
            self.position = 0;
            self.order = order(self.seed, self.epoch, self.order.len() as u32);
        }
        let start = self.position * self.batch;
        self.position += 1;
        &self.order[start..start + self.batch]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_order_visits_each_picture_once(seed: u64, epoch: u64, len in 0u32..500) {
            let mut visited = order(seed, epoch, len);
            visited.sort_unstable();
            prop_assert_eq!(visited, (0..len).collect::<Vec<_>>());
        }

        #[test]
        fn a_resumed_run_sees_the_batches_it_would_have_seen(
            len in 1u32..60, batch in 1usize..60, taken in 0usize..100,
        ) {
            prop_assume!(batch <= len as usize);
            let mut straight = Batches::new(5, len, batch).unwrap();
            for _ in 0..taken {
                straight.next_batch();
            }
            let (epoch, position) = (straight.epoch(), straight.position());
            let mut resumed = Batches::resume(5, len, batch, epoch, position).unwrap();
            for _ in 0..100 {
                prop_assert_eq!(straight.next_batch(), resumed.next_batch());
            }
        }
    }

    #[test]
    fn each_first_place_is_equally_likely() {
        let mut counts = [0u32; 5];
        for epoch in 0..10_000 {
            counts[order(9, epoch, 5)[0] as usize] += 1;
        }
        // 2,000 each, standard deviation 40: five of them.
        assert!(counts.iter().all(|&count| count.abs_diff(2000) < 200), "{counts:?}");
    }

    #[test]
    fn epochs_and_seeds_have_orders_of_their_own() {
        assert_eq!(order(1, 0, 100), order(1, 0, 100));
        assert_ne!(order(1, 0, 100), order(1, 1, 100));
        assert_ne!(order(1, 0, 100), order(2, 0, 100));
    }

    #[test]
    fn an_epoch_has_full_batches_of_distinct_pictures() {
        let mut batches = Batches::new(3, 10, 3).unwrap();
        for epoch in 0..4 {
            let mut seen: Vec<u32> = (0..3).flat_map(|_| batches.next_batch().to_vec()).collect();
            assert_eq!((batches.epoch(), batches.position()), (epoch, 3));
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 9);
        }
    }

    #[test]
    fn impossible_sizes_and_positions_are_refused() {
        assert_eq!(Batches::new(1, 10, 0).unwrap_err(), BatchError::Size { batch: 0, len: 10 });
        assert_eq!(Batches::new(1, 10, 11).unwrap_err(), BatchError::Size { batch: 11, len: 10 });
        assert_eq!(
            Batches::resume(1, 10, 3, 0, 4).unwrap_err(),
            BatchError::Position { position: 4, batches: 3 }
        );
    }
}
