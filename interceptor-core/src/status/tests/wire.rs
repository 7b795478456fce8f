use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tonic::{Code, Status};

use crate::status::wire::{
    code_of, from_header_map_owned, from_headers, into_headers, missing, sanitize, to_headers,
};

const DETAILS: &str = "grpc-status-details-bin";

fn headers(entries: &[(&'static str, &[u8])]) -> HeaderMap {
    let entry = |&(name, value): &(_, _)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_bytes(value).unwrap(),
        )
    };
    let mut headers = HeaderMap::new();
    for (name, value) in entries.iter().map(entry) {
        headers.append(name, value);
    }
    headers
}

fn status(entries: &[(&'static str, &[u8])]) -> Status {
    from_headers(&headers(entries)).unwrap()
}

#[test]
fn reads_the_code_by_the_decimal_rule() {
    for code in 0..=16 {
        let text = code.to_string();
        assert_eq!(
            code_of(&headers(&[("grpc-status", text.as_bytes())])),
            Some(Code::from(code))
        );
    }
    for text in [
        "",
        "00",
        "01",
        "17",
        "99",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "OK",
        "014",
        "4294967296",
    ] {
        let headers = headers(&[("grpc-status", text.as_bytes())]);
        assert_eq!(code_of(&headers), Some(Code::Unknown), "{text:?}");
        assert_eq!(
            from_headers(&headers).unwrap().code(),
            Code::Unknown,
            "{text:?}"
        );
    }
}

#[test]
fn reads_the_code_out_of_many_headers_and_none_out_of_others() {
    let many: &[(_, &[u8])] = &[
        ("a", b"1"),
        ("b", b"2"),
        ("c", b"3"),
        ("d", b"4"),
        ("grpc-status", b"5"),
    ];
    assert_eq!(code_of(&headers(many)), Some(Code::NotFound));
    assert_eq!(code_of(&headers(&many[..4])), None);
    assert_eq!(code_of(&headers(&many[1..])), Some(Code::NotFound));
    assert_eq!(code_of(&HeaderMap::new()), None);
}

#[test]
fn the_first_of_two_codes_counts() {
    let status = status(&[("grpc-status", b"5"), ("grpc-status", b"0")]);
    assert_eq!(status.code(), Code::NotFound);
    assert!(status.metadata().is_empty());
}

#[test]
fn headers_without_a_code_are_no_status_and_come_back() {
    let headers = headers(&[("grpc-message", b"m"), ("a", b"1")]);
    assert!(from_headers(&headers).is_none());
    assert_eq!(from_header_map_owned(headers.clone()).unwrap_err(), headers);
}

#[test]
fn reads_the_message_whatever_it_is() {
    let vectors: &[(&[u8], &str)] = &[
        (b"", ""),
        (b"Hello", "Hello"),
        (b"H%61o", "Hao"),
        (b"H%6", "H%6"),
        (b"%", "%"),
        (b"%%", "%%"),
        (b"%G0", "%G0"),
        (b"%E7%B3%BB%E7%BB%9F", "\u{7cfb}\u{7edf}"),
        (b"%e7%b3%bb", "\u{7cfb}"),
        (b"bad %FF msg", "bad \u{fffd} msg"),
        (b"\xff\xfe", "\u{fffd}\u{fffd}"),
        (b"%00", "\0"),
        (b"a+b", "a+b"),
        (
            b"%09%0A%0D%0A%E2%98%BA%F0%9F%98%88",
            "\t\n\r\n\u{263a}\u{1f608}",
        ),
    ];
    for (wire, text) in vectors {
        let status = status(&[("grpc-status", b"14"), ("grpc-message", wire)]);
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unavailable, *text)
        );
    }
}

#[test]
fn reads_details_with_and_without_padding() {
    for wire in [&b"AAID/w"[..], b"AAID/w=="] {
        let status = status(&[("grpc-status", b"3"), (DETAILS, wire)]);
        assert_eq!(status.details(), [0, 2, 3, 255]);
        assert!(status.metadata().is_empty());
    }
}

#[test]
fn drops_bad_details_and_keeps_the_status() {
    for wire in [
        &b"!"[..],
        b"A",
        b"AAID_w",
        b"AAID/x",
        b"AA ID",
        b"AAID,AAID",
        b"\xff",
    ] {
        let status = status(&[
            ("grpc-status", b"3"),
            ("grpc-message", b"m"),
            (DETAILS, wire),
            ("a", b"1"),
        ]);
        assert_eq!(
            (status.code(), status.message(), status.details()),
            (Code::InvalidArgument, "m", &[][..])
        );
        assert_eq!(status.metadata().len(), 1);
    }
}

#[test]
fn metadata_are_all_the_others() {
    let status = status(&[
        ("content-type", b"application/grpc"),
        ("a", b"1"),
        ("a", b"2"),
        ("grpc-status", b"3"),
        ("grpc-retry-pushback-ms", b"10"),
        ("b-bin", b"not base64!"),
        ("te", b"trailers"),
    ]);
    let metadata = status.metadata().clone().into_headers();
    let all = metadata.get_all("a").iter().collect::<Vec<_>>();
    assert_eq!(all, ["1", "2"]);
    assert_eq!(metadata.len(), 6);
}

#[test]
fn takes_out_details_that_would_panic_tonic() {
    let mut trailers = headers(&[
        ("grpc-status", b"3"),
        ("grpc-message", b"m"),
        (DETAILS, b"!"),
        ("a", b"1"),
    ]);
    sanitize(&mut trailers);
    assert_eq!(
        trailers,
        headers(&[("grpc-status", b"3"), ("grpc-message", b"m"), ("a", b"1")])
    );
}

#[test]
fn leaves_all_that_tonic_reads_without_a_panic() {
    let harmless: [&[(_, &[u8])]; 6] = [
        &[],
        &[("grpc-status", b"0")],
        &[("grpc-status", b"3"), (DETAILS, b"AAID/w")],
        &[
            ("grpc-status", b"3"),
            (DETAILS, b"AAID/w=="),
            (DETAILS, b"!"),
        ],
        &[("grpc-status", b"3"), (DETAILS, b"")],
        &[("a", b"1"), (DETAILS, b"!")],
    ];
    for entries in harmless {
        let mut trailers = headers(entries);
        sanitize(&mut trailers);
        assert_eq!(trailers, headers(entries));
    }
}

#[test]
fn without_one_the_http_status_says_the_code() {
    for (http_status, code) in [
        (400, Code::Internal),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
        (404, Code::Unimplemented),
        (429, Code::Unavailable),
        (431, Code::Internal),
        (500, Code::Unknown),
        (502, Code::Unavailable),
        (503, Code::Unavailable),
        (504, Code::Unavailable),
        (204, Code::Unknown),
        (302, Code::Unknown),
        (999, Code::Unknown),
    ] {
        let status = missing(StatusCode::from_u16(http_status).unwrap());
        let message =
            format!("grpc-status header missing, mapped from HTTP status code {http_status}");
        assert_eq!((status.code(), status.message()), (code, &*message));
    }
}

#[test]
fn a_call_that_ends_without_a_status_is_unknown() {
    let status = missing(StatusCode::OK);
    assert_eq!(status.code(), Code::Unknown);
    assert!(
        status
            .message()
            .starts_with("protocol error: missing grpc-status trailer, stream was"),
        "{status}"
    );
}

#[test]
fn writes_a_status_over_another() {
    let mut headers = headers(&[
        ("grpc-status", b"3"),
        ("grpc-message", b"old"),
        (DETAILS, b"AAID"),
        ("a", b"1"),
        ("b", b"1"),
    ]);
    let mut status = Status::new(Code::NotFound, "");
    status.metadata_mut().insert("a", "2".parse().unwrap());
    into_headers(&status, &mut headers);
    assert_eq!(
        headers,
        self::headers(&[("grpc-status", b"5"), ("a", b"2"), ("b", b"1")])
    );
}

#[test]
fn writes_what_a_header_cannot_hold_in_escapes() {
    let headers = to_headers(&Status::new(Code::Unknown, "\u{1f608} %\r\n\0"));
    assert_eq!(headers["grpc-message"], "%F0%9F%98%88%20%25%0D%0A%00");
}
