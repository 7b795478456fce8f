use proptest::prelude::*;

use super::*;
use crate::message::{Extent, Walk};

/// The messages that end in these chunks.
fn walked<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Extent>, bool) {
    let (mut walk, mut extents) = (Walk::default(), Vec::new());
    for chunk in chunks {
        let mut rest = chunk;
        while !rest.is_empty() {
            let (len, end) = walk.step(rest);
            assert!(len > 0 && len <= rest.len(), "it goes on, and not too far");
            extents.extend(end);
            rest = &rest[len..];
        }
    }
    (extents, walk.is_idle())
}

#[test]
fn says_how_long_each_message_is() {
    let frames = [frame(0, b"one"), frame(1, b""), frame(7, b"three")].concat();
    let extents = [(8, 0), (5, 1), (10, 7)].map(|(wire_len, flag)| Extent { wire_len, flag });
    assert_eq!(walked([&frames[..]]), (extents.to_vec(), true));
    let begun = &frames[..frames.len() - 1];
    assert_eq!(walked([begun]), (extents[..2].to_vec(), false));
}

#[test]
fn a_whole_message_is_known_at_once_and_nothing_else_is() {
    let one = frame(0, b"one");
    let extent = Walk::default().whole(&one).unwrap();
    assert_eq!((extent.wire_len, extent.flag), (8, 0));
    for other in [&one[..7], &one[..4], b"", &[&one[..], b"x"].concat()] {
        assert_eq!(Walk::default().whole(other), None, "{other:?}");
    }
    let mut within = Walk::default();
    within.step(&one[..2]);
    assert_eq!(within.whole(&one), None);
}

proptest! {
    #[test]
    fn any_split_of_any_bytes_is_walked_alike(
        payloads in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..20)), 0..6),
        rest in prop::collection::vec(any::<u8>(), 0..8),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let frames = payloads.iter().map(|(flag, payload)| frame(*flag, payload));
        let bytes = frames.chain([rest.into()]).collect::<Vec<Bytes>>().concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([bytes.len()]);
        let begins = [0].into_iter().chain(cuts.iter().copied());
        let pieces = begins.zip(ends).map(|(begin, end)| &bytes[begin..end]);
        prop_assert_eq!(walked(pieces), walked([&bytes[..]]));
    }
}
