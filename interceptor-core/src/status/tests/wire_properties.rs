use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::{collection::vec, prelude::*};
use tonic::{Code, Status, metadata::MetadataMap};

use crate::status::wire::{code_of, from_header_map_owned, from_headers, sanitize, to_headers};

fn any_value() -> impl Strategy<Value = HeaderValue> {
    vec(any::<u8>(), 0..40).prop_filter_map("not a header's value", |bytes| {
        HeaderValue::from_bytes(&bytes).ok()
    })
}

/// What is near to base64 and to percent-encoding is likelier than among all bytes.
fn near_value() -> impl Strategy<Value = HeaderValue> {
    "[0-9A-Fa-f%+/=_ -]{0,12}".prop_map(|text| HeaderValue::from_str(&text).unwrap())
}

fn any_name() -> impl Strategy<Value = HeaderName> {
    const NAMES: [&str; 7] = [
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "a",
        "b-bin",
        "content-type",
        "grpc-encoding",
    ];
    proptest::sample::select(&NAMES[..]).prop_map(HeaderName::from_static)
}

fn any_headers() -> impl Strategy<Value = HeaderMap> {
    vec((any_name(), prop_oneof![any_value(), near_value()]), 0..8).prop_map(|entries| {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            headers.append(name, value);
        }
        headers
    })
}

fn any_metadata() -> impl Strategy<Value = MetadataMap> {
    let entries = proptest::collection::btree_map("x-[a-z0-9._]{1,8}", "[ -~]{0,12}", 0..6);
    entries.prop_map(|entries: BTreeMap<String, String>| {
        let entry = |(name, value): (String, String)| {
            (
                name.parse::<HeaderName>().unwrap(),
                value.parse::<HeaderValue>().unwrap(),
            )
        };
        MetadataMap::from_headers(entries.into_iter().map(entry).collect())
    })
}

fn any_status() -> impl Strategy<Value = Status> {
    let parts = (
        0..=16,
        any::<String>(),
        vec(any::<u8>(), 0..40),
        any_metadata(),
    );
    parts.prop_map(|(code, message, details, metadata)| {
        Status::with_details_and_metadata(Code::from(code), message, details.into(), metadata)
    })
}

fn parts(status: &Status) -> (Code, &str, &[u8], HeaderMap) {
    (
        status.code(),
        status.message(),
        status.details(),
        status.metadata().clone().into_headers(),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is what ours is compared with"
)]
fn by_tonic(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers)
}

proptest! {
    #[test]
    fn reading_never_panics(headers in any_headers()) {
        let (status, code) = (from_headers(&headers), code_of(&headers));
        prop_assert_eq!(status.as_ref().map(Status::code), code);
        let owned = from_header_map_owned(headers.clone()).ok();
        prop_assert_eq!(owned.as_ref().map(parts), status.as_ref().map(parts));
    }

    #[test]
    fn what_was_written_is_read(status in any_status()) {
        let read = from_header_map_owned(to_headers(&status)).unwrap();
        prop_assert_eq!(parts(&read), parts(&status));
    }

    #[test]
    fn what_tonic_wrote_is_read_as_tonic_reads_it(status in any_status()) {
        let mut headers = HeaderMap::new();
        status.add_header(&mut headers).unwrap();
        let (ours, tonics) = (from_headers(&headers).unwrap(), by_tonic(&headers).unwrap());
        prop_assert_eq!(parts(&ours), parts(&tonics));
    }

    #[test]
    fn after_sanitize_tonic_does_not_panic_and_reads_what_we_do(mut headers in any_headers()) {
        sanitize(&mut headers);
        let (ours, tonics) = (from_headers(&headers), by_tonic(&headers));
        prop_assert_eq!(ours.is_some(), tonics.is_some());
        if let (Some(ours), Some(tonics)) = (ours, tonics) {
            prop_assert_eq!(ours.details(), tonics.details());
            // Where the message is not UTF-8 tonic changes the code, and we do not.
            if !ours.message().contains('\u{fffd}') {
                prop_assert_eq!(parts(&ours), parts(&tonics));
            }
        }
    }
}
