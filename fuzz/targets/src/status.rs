//! A status in headers or trailers, and what errors of the transport say.

use std::{error::Error, fmt};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tonic::{Code, ConnectError, Status, TimeoutExpired};

use crate::{
    by_path::status::{
        Origin, TransportKind, broken, received, transport,
        wire::{
            code_of, from_header_map_owned, from_headers, into_headers, missing, sanitize,
            to_headers,
        },
    },
    bytes::Input,
};

const NAMES: [&str; 8] = [
    "grpc-status",
    "grpc-message",
    "grpc-status-details-bin",
    "x-a",
    "x-b-bin",
    "content-type",
    "grpc-encoding",
    "te",
];
/// What tonic leaves out when it writes a status' metadata.
const RESERVED: [&str; 5] = [
    "te",
    "content-type",
    "grpc-message",
    "grpc-message-type",
    "grpc-status",
];

/// Two bytes for a number, and then lines: a byte for the name, the rest is the value.
///
/// Never a panic, and never another code than the peer's. By a reading of its own: the same code, text and details. What
/// was read can be written and is read again. What is left of it for tonic to read is read by tonic as it is here.
pub fn status(data: &[u8]) {
    let mut input = Input::new(data);
    let number = input.short();
    let headers = headers(input.rest());
    reads(&headers);
    survives_tonic(headers.clone());
    if let Some(status) = from_headers(&headers) {
        round_trip(&status);
        marks(&status);
    }
    of_http(number);
    of_h2(number);
    of_errors();
}

fn headers(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|&byte| byte == b'\n') {
        let Some((&name, value)) = line.split_first() else {
            continue;
        };
        let name = HeaderName::from_static(NAMES[usize::from(name) % NAMES.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    headers
}

type Parts<'a> = (Code, &'a str, &'a [u8], HeaderMap);

fn parts(status: &Status) -> Parts<'_> {
    (
        status.code(),
        status.message(),
        status.details(),
        status.metadata().clone().into_headers(),
    )
}

fn reads(headers: &HeaderMap) {
    let (status, owned) = (
        from_headers(headers),
        from_header_map_owned(headers.clone()),
    );
    assert_eq!(status.as_ref().map(Status::code), code_of(headers));
    assert_eq!(status.as_ref().map(parts), owned.as_ref().ok().map(parts));
    let Ok(status) = owned else {
        assert!(!headers.contains_key("grpc-status"));
        assert_eq!(owned.err().as_ref(), Some(headers), "given back");
        return;
    };
    let first = |name| headers.get(name).map(HeaderValue::as_bytes);
    assert_eq!(
        status.code(),
        code_by_hand(first("grpc-status").unwrap_or_default())
    );
    assert_eq!(
        status.message(),
        text_by_hand(first("grpc-message").unwrap_or_default())
    );
    let details = details_by_hand(first("grpc-status-details-bin").unwrap_or_default());
    assert_eq!(status.details(), details.unwrap_or_default());
    let mut others = headers.clone();
    for name in &NAMES[..3] {
        others.remove(*name);
    }
    assert_eq!(status.metadata().as_ref(), &others);
}

/// A decimal without leading zeros, up to 16.
fn code_by_hand(value: &[u8]) -> Code {
    let codes = 0..=16;
    let code = codes
        .into_iter()
        .find(|code: &i32| code.to_string().as_bytes() == value);
    code.map_or(Code::Unknown, Code::from)
}

fn text_by_hand(value: &[u8]) -> String {
    let digit = |at: usize| {
        value
            .get(at)
            .and_then(|&digit| char::from(digit).to_digit(16))
    };
    let (mut text, mut at) = (Vec::new(), 0);
    while let Some(&byte) = value.get(at) {
        let escaped = (byte == b'%')
            .then(|| Some(digit(at + 1)? << 4 | digit(at + 2)?))
            .flatten();
        text.push(escaped.and_then(|it| u8::try_from(it).ok()).unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Base64 with or without padding, all of it or nothing.
fn details_by_hand(value: &[u8]) -> Option<Vec<u8>> {
    let padding = value.iter().rev().take_while(|&&byte| byte == b'=').count();
    let digits = &value[..value.len() - padding];
    let right = (4 - digits.len() % 4) % 4;
    if padding > right || digits.len() % 4 == 1 {
        return None;
    }
    let (mut bits, mut count, mut details) = (0_u32, 0, Vec::new());
    for &digit in digits {
        let alphabet = (b'A'..=b'Z')
            .chain(b'a'..=b'z')
            .chain(b'0'..=b'9')
            .chain(*b"+/");
        bits = bits << 6 | u32::try_from(alphabet.into_iter().position(|it| it == digit)?).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            details.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
        bits &= (1 << count) - 1;
    }
    (bits == 0).then_some(details)
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is what ours is compared with"
)]
fn by_tonic(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers)
}

fn survives_tonic(mut headers: HeaderMap) {
    let before = headers.clone();
    sanitize(&mut headers);
    let gone = before.len() - headers.len();
    assert_eq!(
        gone,
        before.get_all("grpc-status-details-bin").iter().count() * usize::from(gone > 0)
    );
    let (ours, tonics) = (from_headers(&headers), by_tonic(&headers));
    assert_eq!(ours.is_some(), tonics.is_some());
    if let (Some(ours), Some(tonics)) = (ours, tonics) {
        assert_eq!(ours.details(), tonics.details());
        // Where the text is not UTF-8, tonic changes the code.
        if !ours.message().contains('\u{fffd}') {
            assert_eq!(parts(&ours), parts(&tonics));
        }
    }
}

fn round_trip(status: &Status) {
    let written = to_headers(status);
    let read = from_headers(&written).map(|read| format!("{:?}", parts(&read)));
    let (code, message, details, mut metadata) = parts(status);
    for name in RESERVED {
        metadata.remove(name);
    }
    assert_eq!(
        read,
        Some(format!("{:?}", (code, message, details, metadata)))
    );
    let mut over = written.clone();
    into_headers(&Status::new(Code::Aborted, "other"), &mut over);
    assert_eq!(from_headers(&over).map(|it| it.code()), Some(Code::Aborted));
}

/// A mark says where the status came from, and changes nothing that others see.
fn marks(status: &Status) {
    for headers_received in [true, false] {
        let marked = received(status.clone(), headers_received);
        assert_eq!(Origin::of(&marked), Origin::Peer { headers_received });
        assert_eq!(parts(&marked), parts(status));
        assert!(Origin::of(&marked).transport().is_none());
        let again = transport(Box::new(marked), !headers_received);
        assert_eq!(Origin::of(&again), Origin::Peer { headers_received });
    }
    let marked = broken(status.clone());
    assert_eq!(parts(&marked), parts(status));
    assert!(Origin::of(&marked).headers_received());
    assert_eq!(Origin::of(&broken(marked.clone())), Origin::of(&marked));
    assert!(!format!("{marked:?} {marked}").is_empty());
}

fn of_http(number: usize) {
    let number = u16::try_from(100 + number % 900).unwrap_or(200);
    let Ok(http) = StatusCode::from_u16(number) else {
        return;
    };
    let status = missing(http);
    assert_ne!(status.code(), Code::Ok);
    let is_temporary = matches!(number, 429 | 502 | 503 | 504);
    assert_eq!(status.code() == Code::Unavailable, is_temporary);
}

/// An error of h2 by its number, bare and within others.
fn of_h2(number: usize) {
    let reason = u32::try_from(number).unwrap_or_default();
    let error = || h2::Error::from(h2::Reason::from(reason));
    for headers_received in [true, false] {
        let bare = Origin::of(&transport(error().into(), headers_received));
        let within = Origin::of(&transport(Around(error()).into(), headers_received));
        assert_eq!(bare, within);
        assert_eq!(bare.headers_received(), headers_received);
        assert!(!bare.is_never_sent() && !bare.is_refused());
        let mut status = Status::cancelled("of a body");
        status.set_source(std::sync::Arc::new(error()));
        assert_eq!(
            Origin::of(&transport(Box::new(status), headers_received)).transport(),
            bare.transport()
        );
        let Some(TransportKind::Reset { reason: said }) = bare.transport() else {
            panic!("{bare:?}");
        };
        assert_eq!(said, reason);
        assert!(bare.transport().and_then(|kind| kind.code()).is_some());
    }
}

type AnyError = Box<dyn Error + Send + Sync>;

/// Makes an error, which is of that kind.
type Case = (fn() -> AnyError, Option<TransportKind>);

/// Errors of tonic and of others: code and text are tonic's, and the origin is ours.
fn of_errors() {
    let errors: [Case; 4] = [
        (
            || Box::new(TimeoutExpired(())),
            Some(TransportKind::Timeout),
        ),
        (
            || Box::new(ConnectError("refused".into())),
            Some(TransportKind::Connect),
        ),
        (|| "something".into(), Some(TransportKind::Other)),
        (|| Box::new(Status::aborted("a status")), None),
    ];
    for (error, kind) in errors {
        for headers_received in [true, false] {
            let (ours, tonics) = (
                transport(error(), headers_received),
                Status::from_error(error()),
            );
            assert_eq!(
                (ours.code(), ours.message()),
                (tonics.code(), tonics.message())
            );
            assert_eq!(ours.to_string(), tonics.to_string());
            let origin = Origin::of(&ours);
            assert_eq!(origin.transport(), kind);
            assert_eq!(
                origin.headers_received(),
                headers_received && kind.is_some()
            );
            assert!(!origin.is_never_sent() && !origin.is_refused());
            assert_eq!(
                kind.and_then(|kind| kind.code()).is_none(),
                matches!(kind, None | Some(TransportKind::Other))
            );
            if let Some(source) = ours.source() {
                assert!(!format!("{source} {source:?}").is_empty());
            }
        }
        let of_body = broken(Status::from_error(error()));
        // Of an error that says nothing to us, the status stays as it is.
        assert_eq!(
            Origin::of(&of_body).headers_received(),
            kind != Some(TransportKind::Other)
        );
    }
}

/// An error around another.
#[derive(Debug)]
struct Around(h2::Error);

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("around")
    }
}

impl Error for Around {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
