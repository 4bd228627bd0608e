//! Three digits in one picture.

use std::path::Path;

use halfdrawn_data::{Mnist, PIXELS, PLANES, picture_rng, stack_into, stacked_mode};

#[test]
fn each_plane_is_a_digit_of_what_the_label_says_and_all_kinds_come_about_as_often() {
    let digits = Mnist::load(Path::new("../../web/data/mnist")).unwrap().validation;
    let mut out = vec![0; PLANES * PIXELS];
    let mut counts = vec![0u32; 1000];
    for index in 0..20_000 {
        let shown = stack_into(&digits, &mut picture_rng(1, 0, index), &mut out);
        counts[usize::from(stacked_mode(shown))] += 1;
        if index >= 20 {
            continue;
        }
        for (plane, digit) in shown.into_iter().enumerate() {
            let grey: Vec<u8> = out.iter().skip(plane).step_by(PLANES).copied().collect();
            let same = |&other: &usize| digits.grey(other) == grey;
            let found = (0..digits.len()).find(same).expect("a plane is a picture of the data");
            assert_eq!(digits.labels()[found], digit);
        }
    }
    // 20 each on average; the rarest digit three times makes 0.7 of that.
    assert!(counts.iter().all(|&count| (2..60).contains(&count)), "{counts:?}");
    assert_eq!(stacked_mode([9, 0, 7]), 907);
}

#[test]
fn the_same_generator_stacks_the_same_digits() {
    let digits = Mnist::load(Path::new("../../web/data/mnist")).unwrap().validation;
    let stack = |index| {
        let mut out = vec![0; PLANES * PIXELS];
        (stack_into(&digits, &mut picture_rng(3, 1, index), &mut out), out)
    };
    assert_eq!(stack(1), stack(1));
    assert_ne!(stack(1), stack(2));
}
