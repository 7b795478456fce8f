use super::*;
use crate::message::{Count, count_messages};

fn whole(messages: usize) -> Count {
    Count {
        messages,
        truncated: false,
    }
}

fn cut(messages: usize) -> Count {
    Count {
        messages,
        truncated: true,
    }
}

#[test]
fn counts_whole_messages() {
    assert_eq!(count_messages(&[]), whole(0));
    assert_eq!(count_messages(&[Bytes::new()]), whole(0));
    assert_eq!(count_messages(&[frame(0, b"one")]), whole(1));
    assert_eq!(count_messages(&[frame(0, b"")]), whole(1));
    assert_eq!(count_messages(&[frame(0, b"one"), frame(1, b"")]), whole(2));
    let joined = [frame(0, b"one"), frame(0, b"two"), frame(0, b"three")].concat();
    assert_eq!(count_messages(&[joined.into()]), whole(3));
}

#[test]
fn counts_across_any_split() {
    let one = frame(0, b"payload");
    let two: Bytes = [one.clone(), frame(0, b"")].concat().into();
    for split in 0..=one.len() {
        assert_eq!(
            count_messages(&[one.slice(..split), one.slice(split..)]),
            whole(1)
        );
    }
    for split in 0..=two.len() {
        assert_eq!(
            count_messages(&[two.slice(..split), Bytes::new(), two.slice(split..)]),
            whole(2)
        );
    }
}

#[test]
fn a_beginning_without_its_end_is_truncated() {
    let one = frame(0, b"payload");
    for end in 1..one.len() {
        assert_eq!(count_messages(&[one.slice(..end)]), cut(0));
        assert_eq!(count_messages(&[one.clone(), one.slice(..end)]), cut(1));
        assert_eq!(
            count_messages(&[one.clone(), one.clone(), one.slice(..end)]),
            cut(2)
        );
    }
}

#[test]
fn a_length_that_lies_is_truncated() {
    assert_eq!(
        count_messages(&[Bytes::from_static(b"\0\xff\xff\xff\xff")]),
        cut(0)
    );
}
