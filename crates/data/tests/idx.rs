//! IDX files, sound, damaged and hostile.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use halfdrawn_data::{
    IdxError, Images, parse_images, parse_images_gz, parse_labels, parse_labels_gz,
};
use proptest::prelude::*;

/// Two pictures of one row and three columns.
const IMAGES: [u8; 22] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255];
/// Three labels.
const LABELS: [u8; 11] = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn header(sizes: [u32; 3]) -> Vec<u8> {
    [0x0803, sizes[0], sizes[1], sizes[2]].iter().flat_map(|field| field.to_be_bytes()).collect()
}

/// The error of the same bytes, plain and gzipped, which must be of one kind.
fn both(bytes: &[u8]) -> (IdxError, IdxError) {
    let plain = parse_images("digits", bytes).unwrap_err();
    let packed = parse_images_gz("digits", &gzip(bytes)).unwrap_err();
    assert_eq!(plain.to_string(), packed.to_string());
    (plain, packed)
}

#[test]
fn a_hand_made_file_of_pictures_is_read() {
    let expected = Images { count: 2, rows: 1, columns: 3, pixels: vec![10, 20, 30, 40, 50, 255] };
    assert_eq!(parse_images("digits", &IMAGES).unwrap(), expected);
    assert_eq!(parse_images_gz("digits", &gzip(&IMAGES)).unwrap(), expected);
}

#[test]
fn a_hand_made_file_of_labels_is_read() {
    assert_eq!(parse_labels("labels", &LABELS).unwrap(), [7, 0, 9]);
    assert_eq!(parse_labels_gz("labels", &gzip(&LABELS)).unwrap(), [7, 0, 9]);
}

#[test]
fn labels_are_not_taken_for_pictures() {
    let (error, _) = both(&LABELS);
    assert!(matches!(error, IdxError::WrongMagic { expected: 0x0803, found: 0x0801, .. }));
    let error = parse_labels("labels", &IMAGES).unwrap_err();
    assert!(matches!(error, IdxError::WrongMagic { expected: 0x0801, found: 0x0803, .. }));
}

#[test]
fn a_header_that_ends_early_names_the_field() {
    let fields = ["magic", "count", "rows", "columns"];
    for length in 0..16 {
        let (error, _) = both(&IMAGES[..length]);
        let IdxError::ShortHeader { file, field, expected: 16 } = error else {
            panic!("{error}");
        };
        assert_eq!((file.as_str(), field), ("digits", fields[length / 4]));
    }
}

#[test]
fn pixels_that_end_early_are_counted() {
    for length in 16..22 {
        let (error, _) = both(&IMAGES[..length]);
        let IdxError::ShortBody { field: "pixels", expected: 6, found, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(found, length - 16);
    }
    let error = parse_labels("labels", &LABELS[..9]).unwrap_err();
    assert!(matches!(error, IdxError::ShortBody { field: "labels", expected: 3, found: 1, .. }));
}

#[test]
fn bytes_after_the_last_pixel_are_refused() {
    let (error, _) = both(&[&IMAGES[..], &[0]].concat());
    assert!(matches!(error, IdxError::TrailingBytes { field: "pixels", expected: 6, .. }));
}

#[test]
fn bytes_after_the_gzip_member_are_refused() {
    let packed = gzip(&IMAGES);
    for tail in [&[0][..], &gzip(&IMAGES)] {
        let error = parse_images_gz("digits", &[&packed, tail].concat()).unwrap_err();
        assert!(matches!(error, IdxError::TrailingBytes { field: "gzip", .. }), "{error}");
    }
}

#[test]
fn sizes_that_overflow_are_refused() {
    let (error, _) = both(&header([u32::MAX; 3]));
    assert!(matches!(error, IdxError::DimensionOverflow { field: "columns", .. }), "{error}");
}

#[test]
fn a_size_of_zero_is_refused_by_name() {
    for (place, name) in ["count", "rows", "columns"].into_iter().enumerate() {
        let mut sizes = [1; 3];
        sizes[place] = 0;
        let (error, _) = both(&header(sizes));
        let IdxError::ZeroSize { field, .. } = error else { panic!("{error}") };
        assert_eq!(field, name);
    }
}

#[test]
fn a_damaged_envelope_is_refused() {
    let packed = gzip(&IMAGES);
    for length in 0..packed.len() {
        assert!(parse_images_gz("digits", &packed[..length]).is_err(), "{length} bytes");
    }
    // The checksum, and the length after it.
    for place in packed.len() - 8..packed.len() {
        let mut damaged = packed.clone();
        damaged[place] ^= 1;
        let error = parse_images_gz("digits", &damaged).unwrap_err();
        assert!(matches!(error, IdxError::Gzip { .. }), "byte {place}: {error}");
    }
}

#[test]
fn every_error_names_the_file() {
    for bytes in [&LABELS[..], &IMAGES[..3], &IMAGES[..20], &header([0; 3])] {
        let (error, _) = both(bytes);
        assert!(error.to_string().starts_with("digits: "), "{error}");
    }
    let error = parse_images_gz("digits", b"no gzip").unwrap_err();
    assert!(error.to_string().starts_with("digits: "), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_images("digits", &bytes);
        let _ = parse_labels("labels", &bytes);
        let _ = parse_images_gz("digits", &bytes);
        let _ = parse_labels_gz("labels", &bytes);
        let _ = parse_images_gz("digits", &gzip(&bytes));
    }

    #[test]
    fn arbitrary_sizes_never_panic(
        sizes: [u32; 3], bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let file = [header(sizes), bytes].concat();
        let _ = parse_images("digits", &file);
        let _ = parse_images_gz("digits", &gzip(&file));
    }

    #[test]
    fn what_is_parsed_is_the_whole_file(
        count in 1u32..5, rows in 1u32..5, columns in 1u32..5, seed: u8,
    ) {
        let pixels: Vec<u8> = (0..(count * rows * columns) as u8).map(|p| p ^ seed).collect();
        let file = [header([count, rows, columns]), pixels.clone()].concat();
        let images = parse_images("digits", &file).unwrap();
        prop_assert_eq!(images.count, count as usize);
        prop_assert_eq!(images.rows, rows as usize);
        prop_assert_eq!(images.columns, columns as usize);
        prop_assert_eq!(&images.pixels, &pixels);
        prop_assert_eq!(parse_images_gz("digits", &gzip(&file)).unwrap(), images);
    }

    #[test]
    fn a_changed_byte_gives_other_pixels_or_an_error(place in 0usize..22, change in 1u8..) {
        let mut file = IMAGES;
        file[place] ^= change;
        match parse_images("digits", &file) {
            Ok(images) => prop_assert_eq!(&images.pixels[..], &file[16..]),
            Err(_) => prop_assert!(place < 16),
        }
    }

    #[test]
    fn a_changed_byte_of_the_packed_file_gives_no_other_pixels(
        place: prop::sample::Index, change in 1u8..,
    ) {
        let mut packed = gzip(&IMAGES);
        let place = place.index(packed.len());
        packed[place] ^= change;
        // Some bytes of gzip's header, as the time, mean nothing to the content.
        if let Ok(images) = parse_images_gz("digits", &packed) {
            prop_assert_eq!(&images.pixels[..], &IMAGES[16..]);
        }
    }
}
