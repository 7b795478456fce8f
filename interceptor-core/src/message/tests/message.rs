use super::*;

#[test]
fn encodes_prefix_and_payload_in_one_piece() {
    let message = Message::encode(&"hello".to_owned());
    assert_eq!(message.wire_len(), 12);
    assert!(!message.is_compressed());
    assert_eq!(message.bytes().unwrap(), "\x0a\x05hello");
    assert_eq!(
        message.into_wire(&plain()).unwrap(),
        frame(0, b"\x0a\x05hello")
    );
}

#[test]
fn frames_bare_bytes() {
    let message = Message::from_bytes(Bytes::from_static(b"\x0a\x05hello"));
    assert_eq!(message.decode::<String>().unwrap(), "hello");
    assert_eq!(
        message.into_wire(&plain()).unwrap(),
        frame(0, b"\x0a\x05hello")
    );
}

#[test]
fn an_empty_message_is_a_message() {
    let message = Message::encode(&());
    assert_eq!(message.wire_len(), 5);
    assert_eq!(message.bytes().unwrap(), "");
    assert_eq!(message.decode::<String>().unwrap(), "");
    assert_eq!(message.into_wire(&plain()).unwrap(), frame(0, b""));
}

#[test]
fn what_is_no_message_of_that_type_is_internal_and_names_the_type() {
    let message = Message::from_bytes(Bytes::from_static(b"\x0a\xff"));
    let status = message.decode::<String>().unwrap_err();
    assert_status(&status, Code::Internal, &["alloc::string::String"]);
}

#[test]
fn looking_copies_nothing() {
    let chunk = frame(0, b"\x0a\x05hello");
    let message = parse_one(plain(), chunk.clone());
    assert_eq!(message.bytes().unwrap().as_ptr(), chunk[5..].as_ptr());
    assert_eq!(
        message.clone().into_wire(&plain()).unwrap().as_ptr(),
        chunk.as_ptr()
    );
    assert_eq!(
        message.decode::<Bytes>().unwrap().as_ptr(),
        chunk[7..].as_ptr()
    );
}

#[test]
fn debug_shows_lengths_and_no_contents() {
    let message = Message::encode(&"secret".to_owned());
    assert_eq!(format!("{message:?}"), "Message { wire_len: 13, .. }");

    let compressed = parse_one(format(Some(Encoding::Gzip), 100), frame(1, b"secret"));
    assert_eq!(
        format!("{compressed:?}"),
        "Message { wire_len: 11, encoding: Gzip, .. }"
    );
}

#[test]
fn a_compressed_message_leaves_as_it_came_in_a_stream_of_its_encoding() {
    for encoding in [Encoding::Gzip, Encoding::Zstd, Encoding::Other("br".into())] {
        let stream = format(Some(encoding), 100);
        let chunk = frame(1, b"nobody looks at this");
        let message = parse_one(stream.clone(), chunk.clone());
        assert!(message.is_compressed());
        assert_eq!(message.into_wire(&stream).unwrap().as_ptr(), chunk.as_ptr());
    }
}

#[test]
fn an_uncompressed_message_leaves_as_it_came_in_any_stream() {
    let stream = format(Some(Encoding::Gzip), 100);
    let chunk = frame(0, b"flagged per message, not per stream");
    let message = parse_one(stream.clone(), chunk.clone());
    assert!(!message.is_compressed());
    for out in [stream, plain(), format(Some(Encoding::Zstd), 100)] {
        assert_eq!(
            message.clone().into_wire(&out).unwrap().as_ptr(),
            chunk.as_ptr()
        );
    }
}

#[test]
fn a_damaged_message_cannot_change_its_stream() {
    let message = parse_one(
        format(Some(Encoding::Other("br".into())), 100),
        frame(1, b"?"),
    );
    let status = message.into_wire(&plain()).unwrap_err();
    assert_status(&status, Code::Unimplemented, &["`br`"]);
}

#[test]
fn encodings_are_named_as_in_the_header() {
    for (name, encoding) in [
        ("gzip", Some(Encoding::Gzip)),
        ("deflate", Some(Encoding::Deflate)),
        ("zstd", Some(Encoding::Zstd)),
        ("br", Some(Encoding::Other("br".into()))),
        ("identity", None),
    ] {
        let mut headers = http::HeaderMap::new();
        headers.insert("grpc-encoding", name.parse().unwrap());
        assert_eq!(
            Format::from_headers(&headers, 7),
            format(encoding.clone(), 7)
        );
        if let Some(encoding) = encoding {
            assert_eq!(encoding.to_string(), name);
        }
    }
    assert_eq!(Encoding::from_headers(&http::HeaderMap::new()), None);
}

#[test]
fn an_encoding_that_is_no_text_is_still_an_encoding() {
    let mut headers = http::HeaderMap::new();
    headers.insert(
        "grpc-encoding",
        http::HeaderValue::from_bytes(b"\xff").unwrap(),
    );
    assert_eq!(
        Encoding::from_headers(&headers),
        Some(Encoding::Other("\u{fffd}".into()))
    );
}
