use super::*;
use crate::message::DEFAULT_MAX_MESSAGE_SIZE;

#[test]
fn a_chunk_that_is_one_message_is_not_copied() {
    let chunk = frame(0, b"whole");
    let message = parse_one(plain(), chunk.clone());
    assert_eq!(
        message.into_wire(&plain()).unwrap().as_ptr(),
        chunk.as_ptr()
    );
}

#[test]
fn messages_within_one_chunk_are_slices_of_it() {
    let chunk: Bytes = [frame(0, b"one"), frame(0, b""), frame(0, b"three")]
        .concat()
        .into();
    let messages = parse(plain(), [chunk.clone()]).unwrap();
    let wires: Vec<_> = messages
        .into_iter()
        .map(|message| message.into_wire(&plain()).unwrap())
        .collect();
    assert_eq!(wires, [&chunk[..8], &chunk[8..13], &chunk[13..]]);
    assert_eq!(wires[2].as_ptr(), chunk[13..].as_ptr());
}

#[test]
fn chunks_can_be_pushed_before_the_messages_are_taken() {
    let mut parser = Parser::new(plain());
    parser.push(frame(0, b"one"));
    parser.push(Bytes::new());
    parser.push(frame(0, b"two").slice(..6));
    parser.push(frame(0, b"two").slice(6..));
    parser.push(frame(0, b"three"));
    assert!(!parser.is_empty());
    for text in ["one", "two", "three"] {
        assert_eq!(parser.next().unwrap().unwrap().bytes().unwrap(), text);
    }
    assert!(parser.next().unwrap().is_none());
    assert!(parser.is_empty());
    parser.finish().unwrap();
}

#[test]
fn a_body_without_bytes_has_no_messages() {
    assert_eq!(parse(plain(), []).unwrap().len(), 0);
    assert_eq!(parse(plain(), [Bytes::new()]).unwrap().len(), 0);
}

#[test]
fn the_end_within_a_message_is_internal() {
    let whole = frame(0, b"payload");
    // tonic takes an end right after the prefix for a clean one; it is not.
    for end in 1..whole.len() {
        let status = parse(plain(), [whole.slice(..end)]).unwrap_err();
        assert_status(
            &status,
            Code::Internal,
            &["Unexpected EOF decoding stream."],
        );
    }
}

#[test]
fn a_length_over_the_limit_is_refused_at_the_prefix() {
    let prefix = frame(0, &[0; 11]).slice(..5);
    for chunks in [
        vec![prefix.clone()],
        vec![prefix.slice(..2), prefix.slice(2..)],
    ] {
        let status = parse(format(None, 10), chunks).unwrap_err();
        assert_status(
            &status,
            Code::OutOfRange,
            &[
                "Error, decoded message length too large: found 11 bytes, the limit is: 10 bytes",
                "`max_message_size`",
            ],
        );
    }
    assert_eq!(
        parse(format(None, 10), [frame(0, &[0; 10])]).unwrap().len(),
        1
    );
}

#[test]
fn the_limit_is_four_mebibytes_by_default() {
    let mut parser = Parser::new(plain());
    parser.push(Bytes::from_static(b"\0\x00\x40\x00\x00"));
    assert!(parser.next().unwrap().is_none());

    let mut parser = Parser::new(plain());
    parser.push(Bytes::from_static(b"\0\x00\x40\x00\x01"));
    assert_eq!(parser.next().unwrap_err().code(), Code::OutOfRange);
}

#[test]
fn an_unknown_flag_is_internal() {
    for flag in 2..=u8::MAX {
        let status = parse(format(Some(Encoding::Gzip), 100), [frame(flag, b"")]).unwrap_err();
        let text = format!("invalid compression flag: {flag} (valid flags are 0 and 1)");
        assert_status(&status, Code::Internal, &[&text]);
    }
}

#[test]
fn the_compressed_flag_without_an_encoding_is_internal() {
    let status = parse(plain(), [frame(1, b"?")]).unwrap_err();
    assert_status(
        &status,
        Code::Internal,
        &["compressed-flag but no grpc-encoding was specified"],
    );
}

#[test]
fn an_error_is_told_once_and_no_message_follows_it() {
    let mut parser = Parser::new(plain());
    parser.push(frame(0, b"good"));
    parser.push(frame(9, b"bad"));
    parser.push(frame(0, b"never seen"));
    assert!(parser.next().unwrap().is_some());
    assert!(parser.next().is_err());
    assert!(parser.next().unwrap().is_none());
    parser.push(frame(0, b"never seen"));
    assert!(parser.next().unwrap().is_none());
    parser.finish().unwrap();
}

#[test]
fn a_prefix_alone_reserves_little() {
    let mut parser = Parser::new(plain());
    parser.push(Bytes::from_static(b"\0\x00\x40\x00\x00."));
    assert!(parser.next().unwrap().is_none());
    assert!(!parser.is_empty());
    assert!(
        parser.reserved() <= 16 * 1024,
        "{} bytes",
        parser.reserved()
    );
}

#[test]
fn the_buffer_grows_with_what_has_arrived_and_never_over_the_message() {
    let whole = frame(0, &vec![7; DEFAULT_MAX_MESSAGE_SIZE]);
    let mut parser = Parser::new(plain());
    let mut arrived = 0;
    for chunk in whole.chunks(10_000) {
        arrived += chunk.len();
        parser.push(Bytes::copy_from_slice(chunk));
        let message = parser.next().unwrap();
        assert_eq!(message.is_some(), arrived == whole.len());
        assert!(parser.reserved() <= (2 * arrived).max(16 * 1024).min(whole.len()));
        if let Some(message) = message {
            assert_eq!(message.into_wire(&plain()).unwrap(), whole);
        }
    }
    assert_eq!(parser.reserved(), 0);
}

#[test]
fn feed_gives_what_push_and_next_give() {
    let whole = frame(0, b"message");
    let mut parser = Parser::new(plain());
    let message = parser.feed(whole.clone()).unwrap().unwrap();
    assert_eq!(
        message.into_wire(&plain()).unwrap().as_ptr(),
        whole.as_ptr()
    );

    // With the beginning of a message in hand, what looks like a message is its payload.
    assert!(
        parser
            .feed(frame(0, &[0; 13]).slice(..6))
            .unwrap()
            .is_none()
    );
    let message = parser.feed(whole.clone()).unwrap().unwrap();
    assert_eq!(message.bytes().unwrap()[1..], whole);

    let two = parser.feed([whole.clone(), whole.clone()].concat().into());
    assert_eq!(two.unwrap().unwrap().wire_len(), 12);
    assert!(parser.next().unwrap().is_some());
    assert!(parser.feed(Bytes::new()).unwrap().is_none());

    assert_eq!(
        parser.feed(frame(9, b"")).unwrap_err().code(),
        Code::Internal
    );
    assert!(parser.feed(whole).unwrap().is_none());
}

#[test]
fn a_chunk_is_a_message_only_if_there_is_nothing_to_judge() {
    let whole = frame(0, &[7; 10]);
    let message = Message::take_chunk(&mut whole.clone(), 10).unwrap();
    assert_eq!(message.wire_len(), 15);
    for other in [
        Bytes::new(),
        whole.slice(..14),
        [whole.clone(), whole].concat().into(),
        frame(0, &[7; 11]),
        frame(1, b"?"),
        frame(2, b"?"),
    ] {
        let mut chunk = other.clone();
        assert!(Message::take_chunk(&mut chunk, 10).is_none());
        assert_eq!(chunk, other);
    }
}
