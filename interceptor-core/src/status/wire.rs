//! A status in headers or trailers: `grpc-status`, `grpc-message`, `grpc-status-details-bin` and the metadata around them.
//!
//! `Status::from_header_map` is not for what a peer sent: it panics on bad base64, and takes bad UTF-8 in the message
//! for another code. Reading here does neither, whatever the bytes are.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use percent_encoding::percent_decode;
use tonic::{Code, Status, metadata::MetadataMap};

/// The decimal code.
pub(crate) static GRPC_STATUS: HeaderName = HeaderName::from_static(STATUS);
/// The text, percent-encoded.
pub(crate) static GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// The details, in base64.
pub(crate) static GRPC_STATUS_DETAILS: HeaderName = HeaderName::from_static(DETAILS);

const STATUS: &str = "grpc-status";
const DETAILS: &str = "grpc-status-details-bin";

/// The base64 that tonic reads, with or without padding: what this refuses, tonic panics at.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Maps of up to so many entries are looked through: cheaper than to hash the name.
const SCANNED: usize = 4;

// === reading ===

/// The code that stands in these headers or trailers, if there is one. Does not look at anything else.
pub(crate) fn code_of(headers: &HeaderMap) -> Option<Code> {
    find(headers, STATUS, &GRPC_STATUS).map(|value| Code::from_bytes(value.as_bytes()))
}

/// The status that stands in these headers or trailers, if there is one. Its metadata are all the others.
pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Status> {
    // Looked up before the clone: most headers are not the end of a call.
    find(headers, STATUS, &GRPC_STATUS)?;
    from_header_map_owned(headers.clone()).ok()
}

/// The same for a map that is not needed any more, which it gives back if there is no status in it.
pub(crate) fn from_header_map_owned(mut headers: HeaderMap) -> Result<Status, HeaderMap> {
    let Some(code) = headers.remove(&GRPC_STATUS) else {
        return Err(headers);
    };
    let message = headers
        .remove(&GRPC_MESSAGE)
        .map(|value| text_of(&value))
        .unwrap_or_default();
    let details = headers
        .remove(&GRPC_STATUS_DETAILS)
        .and_then(|value| details_of(&value))
        .unwrap_or_default();
    let (code, metadata) = (
        Code::from_bytes(code.as_bytes()),
        MetadataMap::from_headers(headers),
    );
    Ok(Status::with_details_and_metadata(
        code, message, details, metadata,
    ))
}

/// Broken escapes stand as they came, and what is not UTF-8 becomes U+FFFD: the code counts, and is kept.
fn text_of(value: &HeaderValue) -> String {
    percent_decode(value.as_bytes())
        .decode_utf8_lossy()
        .into_owned()
}

fn details_of(value: &HeaderValue) -> Option<Bytes> {
    BASE64.decode(value.as_bytes()).ok().map(Bytes::from)
}

/// The first value of that name, which is given twice: as text the compiler makes one comparison of it.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: with the text at hand it is half as long, and every call pays it twice"
)]
fn find<'a>(headers: &'a HeaderMap, text: &str, name: &HeaderName) -> Option<&'a HeaderValue> {
    match headers.len() {
        1 => headers
            .iter()
            .next()
            .filter(|(found, _)| is(found, text))
            .map(|(_, value)| value),
        _ => find_among(headers, text, name),
    }
}

#[inline(never)] // so that one entry is looked at with nothing to save and restore
fn find_among<'a>(
    headers: &'a HeaderMap,
    text: &str,
    name: &HeaderName,
) -> Option<&'a HeaderValue> {
    if headers.len() > SCANNED {
        return headers.get(name);
    }
    let mut all = headers.iter();
    all.find(|(found, _)| is(found, text))
        .map(|(_, value)| value)
}

/// Whether it is that name. What is there as a rule is known without its text.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: with the text at hand it is one comparison, and every call pays it twice"
)]
fn is(found: &HeaderName, text: &str) -> bool {
    *found != CONTENT_TYPE && found.as_str() == text
}

/// The status of a call without a `grpc-status`: texts and codes as tonic has them, but 431 is INTERNAL as in the newer
/// versions of `http-grpc-status-mapping.md`.
pub(crate) fn missing(http_status: StatusCode) -> Status {
    let code = match http_status.as_u16() {
        200 => return Status::unknown(TRUNCATED),
        400 | 431 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    };
    let message = format!(
        "grpc-status header missing, mapped from HTTP status code {}",
        http_status.as_u16()
    );
    Status::new(code, message)
}

const TRUNCATED: &str = "protocol error: missing grpc-status trailer, stream was terminated without a final status \
                         (possible truncation by a proxy or load balancer)";

// === writing ===

/// Takes a `grpc-status-details-bin` out that would make tonic panic in the caller's task; everything else stays.
pub(crate) fn sanitize(trailers: &mut HeaderMap) {
    // tonic looks at the details only if there is a status.
    let breaks = find(trailers, DETAILS, &GRPC_STATUS_DETAILS)
        .is_some_and(|value| details_of(value).is_none())
        && find(trailers, STATUS, &GRPC_STATUS).is_some();
    if breaks {
        trailers.remove(&GRPC_STATUS_DETAILS);
    }
}

/// Writes the status into headers or trailers: code, message, details, metadata. A status that stood there is gone, and
/// the metadata replace headers of the same name.
pub(crate) fn into_headers(status: &Status, headers: &mut HeaderMap) {
    headers.remove(&GRPC_MESSAGE);
    headers.remove(&GRPC_STATUS_DETAILS);
    if status.add_header(headers).is_err() {
        // Cannot be: percent-encoded and base64 text is a header's value. If it were, the code is what counts.
        headers.insert(&GRPC_STATUS, HeaderValue::from(i32::from(status.code())));
    }
}

/// The status as trailers of its own.
pub(crate) fn to_headers(status: &Status) -> HeaderMap {
    let mut headers = HeaderMap::new();
    into_headers(status, &mut headers);
    headers
}
