//! What masks hide, and that the same numbers hide the same.

use halfdrawn_data::{MaskError, MaskKind, MaskMix, PIXELS, SIDE, picture_rng};
use proptest::prelude::*;

fn hidden(mask: &[u8; PIXELS]) -> usize {
    mask.iter().filter(|&&known| known == 0).count()
}

/// A ring, as of a nought.
fn ring() -> [u8; PIXELS] {
    std::array::from_fn(|pixel| {
        let [x, y] = [pixel % SIDE, pixel / SIDE].map(|place| place as i32 - 14);
        u8::from((49..=81).contains(&(x * x + y * y)))
    })
}

#[test]
fn a_half_hides_its_own_half() {
    let at = |mask: &[u8; PIXELS], row: usize, column: usize| mask[row * SIDE + column];
    let corners = |kind: MaskKind| {
        let mask = kind.sample(&ring(), &mut picture_rng(1, 0, 0));
        assert_eq!(hidden(&mask), 392, "{kind}");
        [at(&mask, 13, 13), at(&mask, 13, 14), at(&mask, 14, 13), at(&mask, 14, 14)]
    };
    assert_eq!(corners(MaskKind::Top), [0, 0, 1, 1]);
    assert_eq!(corners(MaskKind::Bottom), [1, 1, 0, 0]);
    assert_eq!(corners(MaskKind::Left), [0, 1, 0, 1]);
    assert_eq!(corners(MaskKind::Right), [1, 0, 1, 0]);
}

#[test]
fn the_centre_hides_a_quarter_in_the_middle() {
    let mask = MaskKind::Centre.sample(&ring(), &mut picture_rng(1, 0, 0));
    assert_eq!(hidden(&mask), 196);
    assert_eq!([6, 7, 20, 21].map(|place| mask[place * SIDE + place]), [1, 0, 0, 1]);
}

#[test]
fn nothing_known_hides_every_pixel() {
    assert_eq!(hidden(&MaskKind::Nothing.sample(&ring(), &mut picture_rng(1, 0, 0))), PIXELS);
}

#[test]
fn ink_is_known_in_part_and_in_whole() {
    let ink = ring().iter().filter(|&&pixel| pixel == 1).count();
    let known: Vec<usize> = (0..200)
        .map(|i| PIXELS - hidden(&MaskKind::Ink.sample(&ring(), &mut picture_rng(1, 0, i))))
        .collect();
    assert!(known.iter().all(|&count| (1..=ink).contains(&count)));
    assert!(known.contains(&ink));
    assert!(known.iter().filter(|&&count| count < ink).count() > 120);
}

#[test]
fn a_picture_without_ink_has_nothing_known() {
    assert_eq!(MaskKind::Ink.sample(&[0; PIXELS], &mut picture_rng(1, 0, 0)), [0; PIXELS]);
}

#[test]
fn a_name_is_read_back_as_its_kind() {
    for kind in MaskKind::ALL {
        assert_eq!(kind.to_string().parse(), Ok(kind));
    }
    let error = "Top".parse::<MaskKind>().unwrap_err();
    assert!(error.to_string().contains("top, bottom, left"), "{error}");
}

#[test]
fn the_training_mix_draws_each_kind_as_often_as_documented() {
    let mix = MaskMix::default();
    let mut rng = picture_rng(1, 0, 0);
    let mut counts = [0u32; 10];
    for _ in 0..100_000 {
        let kind = mix.kind(&mut rng);
        counts[MaskKind::ALL.iter().position(|&other| other == kind).unwrap()] += 1;
    }
    let expected = [22_000, 12_000, 12_000, 12_000, 8000, 6000, 6000, 8000, 4000, 10_000];
    // The largest standard deviation is 131: five of them.
    for (count, expected) in counts.into_iter().zip(expected) {
        assert!(count.abs_diff(expected) < 655, "{counts:?}");
    }
}

#[test]
fn a_kind_without_weight_is_never_drawn() {
    let mix = MaskMix::new(&[(MaskKind::Top, 0), (MaskKind::Ink, 3), (MaskKind::Left, 0)]);
    let mut rng = picture_rng(1, 0, 0);
    let mix = mix.unwrap();
    assert!((0..100).all(|_| mix.kind(&mut rng) == MaskKind::Ink));
}

#[test]
fn a_mix_without_a_weight_or_with_too_much_of_it_is_refused() {
    assert_eq!(MaskMix::new(&[]), Err(MaskError::NoWeight));
    assert_eq!(MaskMix::new(&[(MaskKind::Top, 0)]), Err(MaskError::NoWeight));
    let heavy = [(MaskKind::Top, u32::MAX), (MaskKind::Ink, 1)];
    assert_eq!(MaskMix::new(&heavy), Err(MaskError::TooHeavy));
}

fn pictures() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(ring().to_vec()),
        prop::collection::vec(0u8..2, PIXELS),
        prop::collection::vec(prop_oneof![30 => Just(0u8), 1 => Just(1)], PIXELS),
    ]
}

proptest! {
    #[test]
    fn a_mask_is_made_of_noughts_and_ones_and_is_the_same_again(
        picture in pictures(), seed: u64, kind in prop::sample::select(&MaskKind::ALL[..]),
    ) {
        let mask = kind.sample(&picture, &mut picture_rng(seed, 0, 0));
        prop_assert!(mask.iter().all(|&known| known <= 1));
        prop_assert_eq!(mask, kind.sample(&picture, &mut picture_rng(seed, 0, 0)));
    }

    #[test]
    fn ink_masks_never_reveal_paper(picture in pictures(), seed: u64) {
        let mask = MaskKind::Ink.sample(&picture, &mut picture_rng(seed, 0, 0));
        prop_assert!(mask.iter().zip(&picture).all(|(known, pixel)| known <= pixel));
        prop_assert_eq!(hidden(&mask) < PIXELS, picture.contains(&1));
    }

    #[test]
    fn only_ink_masks_look_at_the_picture(seed: u64) {
        for kind in MaskKind::ALL.into_iter().filter(|&kind| kind != MaskKind::Ink) {
            let [one, other] = [ring(), [0; PIXELS]]
                .map(|picture| kind.sample(&picture, &mut picture_rng(seed, 0, 0)));
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn rectangles_hide_from_one_small_to_three_large(seed: u64) {
        let mask = MaskKind::Rectangles.sample(&ring(), &mut picture_rng(seed, 0, 0));
        prop_assert!((16..=PIXELS).contains(&hidden(&mask)));
    }

    #[test]
    fn scattered_pixels_hide_about_their_share(seed: u64) {
        let mask = MaskKind::Pixels.sample(&ring(), &mut picture_rng(seed, 0, 0));
        // 0.1 and 0.95 of 784, six standard deviations further.
        prop_assert!((28..=781).contains(&hidden(&mask)), "{}", hidden(&mask));
    }
}
