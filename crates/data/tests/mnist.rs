//! The digits themselves, as the repository holds them.

use std::{path::Path, sync::LazyLock};

use halfdrawn_data::{
    DataError, Digits, Mnist, MnistFiles, PIXELS, binarise, binarise_into, picture_rng,
};

fn folder() -> &'static Path {
    Path::new("../../web/data/mnist")
}

static MNIST: LazyLock<Mnist> = LazyLock::new(|| Mnist::load(folder()).unwrap());

fn per_class(parts: &[&Digits]) -> [usize; 10] {
    let mut counts = [0; 10];
    for &label in parts.iter().flat_map(|digits| digits.labels()) {
        counts[usize::from(label)] += 1;
    }
    counts
}

/// The mean grey level, as a share of full ink.
fn mean_grey(parts: &[&Digits]) -> f64 {
    let grey = parts.iter().flat_map(|digits| (0..digits.len()).map(|index| digits.grey(index)));
    let (sum, count) = grey.fold((0u64, 0), |(sum, count), picture| {
        (sum + picture.iter().map(|&level| u64::from(level)).sum::<u64>(), count + PIXELS)
    });
    sum as f64 / count as f64 / 255.0
}

#[test]
fn the_split_is_fifty_ten_and_ten_thousand() {
    let lengths = [&MNIST.train, &MNIST.validation, &MNIST.test].map(Digits::len);
    assert_eq!(lengths, [50_000, 10_000, 10_000]);
    assert_eq!(MNIST.train.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(MNIST.validation.labels()[..5], [3, 8, 6, 9, 6]);
    assert_eq!(MNIST.test.labels()[..5], [7, 2, 1, 0, 4]);
}

#[test]
fn each_digit_is_there_as_often_as_published() {
    assert_eq!(
        per_class(&[&MNIST.train, &MNIST.validation]),
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    );
    assert_eq!(per_class(&[&MNIST.test]), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
}

#[test]
fn the_mean_grey_levels_are_the_published_ones() {
    assert!((mean_grey(&[&MNIST.train, &MNIST.validation]) - 0.1307).abs() < 5e-5);
    assert!((mean_grey(&[&MNIST.test]) - 0.1325).abs() < 5e-5);
}

#[test]
fn binarised_digits_have_as_much_ink_as_the_grey_ones() {
    let pixels = binarise(&MNIST.test, 1, 0);
    let ink = pixels.iter().map(|&pixel| u64::from(pixel)).sum::<u64>() as f64;
    assert!((ink / pixels.len() as f64 - mean_grey(&[&MNIST.test])).abs() < 5e-4);
}

#[test]
fn a_binarised_picture_does_not_depend_on_the_others() {
    let pixels = binarise(&MNIST.test, 1, 3);
    let mut alone = [0; PIXELS];
    binarise_into(MNIST.test.grey(123), &mut picture_rng(1, 3, 123), &mut alone);
    assert_eq!(pixels[123 * PIXELS..][..PIXELS], alone);
    assert_ne!(pixels, binarise(&MNIST.test, 1, 4));
}

#[test]
fn an_absent_folder_is_named() {
    let error = Mnist::load(Path::new("no/such/folder")).unwrap_err();
    assert!(matches!(error, DataError::Read { .. }));
    assert!(error.to_string().contains("no/such/folder"), "{error}");
}

#[test]
fn test_files_in_the_place_of_training_files_are_refused() {
    let read = |name: &str| std::fs::read(folder().join(name)).unwrap();
    let images = read("t10k-images-idx3-ubyte.gz");
    let labels = read("t10k-labels-idx1-ubyte.gz");
    let error = Mnist::from_files(MnistFiles {
        train_images: &images,
        train_labels: &labels,
        test_images: &images,
        test_labels: &labels,
    })
    .unwrap_err();
    assert!(
        matches!(error, DataError::Size { field: "count", expected: 60_000, found: 10_000, .. }),
        "{error}"
    );
}
