//! The cut of Fashion-MNIST that the repository holds.

use std::path::Path;

use halfdrawn_data::{DataError, FashionMnist};

#[test]
fn the_cut_has_nine_thousand_pictures_to_train_on_and_a_thousand_held_out() {
    let fashion = FashionMnist::load(Path::new("../../web/data/fashion-mnist")).unwrap();
    assert_eq!((fashion.train.len(), fashion.held_out.len()), (9_000, 1_000));
    let mut counts = [0; 10];
    for label in fashion.train.labels().iter().chain(fashion.held_out.labels()) {
        counts[usize::from(*label)] += 1;
    }
    assert_eq!(counts, [942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000]);
}

#[test]
fn another_data_set_in_its_place_is_refused() {
    let digits = FashionMnist::load(Path::new("../../web/data/mnist"));
    assert!(matches!(digits, Err(DataError::Size { field: "count", found: 60_000, .. })));
}
