//! Statuses: made from codes, and read from headers and trailers.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, StatusCode};
use interceptor_core::tonic::{Code, Status, metadata::MetadataMap};
use percent_encoding::percent_decode;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a peer can be told to end a call with: a [`Status`], or a [`Code`] where the rest does not matter.
pub trait IntoStatus: sealed::Sealed {
    /// The status.
    fn into_status(self) -> Status;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Status {}
    impl Sealed for super::Code {}
}

impl IntoStatus for Status {
    fn into_status(self) -> Status {
        self
    }
}

impl IntoStatus for Code {
    fn into_status(self) -> Status {
        match self {
            Self::Ok => Status::ok(""),
            code => Status::new(code, "as the script says"),
        }
    }
}

/// The status that stands in these headers or trailers, as tonic's client reads it.
///
/// Not `Status::from_header_map`, which panics at bad base64.
pub(crate) fn read(headers: &HeaderMap) -> Option<Status> {
    let mut rest = headers.clone();
    let code = Code::from_bytes(rest.remove("grpc-status")?.as_bytes());
    let message = rest.remove("grpc-message").map(|message| {
        let text = percent_decode(message.as_bytes()).decode_utf8_lossy();
        text.into_owned()
    });
    let details = rest
        .remove("grpc-status-details-bin")
        .and_then(|details| BASE64.decode(details.as_bytes()).ok());
    Some(Status::with_details_and_metadata(
        code,
        message.unwrap_or_default(),
        details.unwrap_or_default().into(),
        MetadataMap::from_headers(rest),
    ))
}

/// The status of a response without one: the table of `http-grpc-status-mapping.md`.
pub(crate) fn missing(http: StatusCode) -> Status {
    let code = match http.as_u16() {
        400 | 431 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502..=504 => Code::Unavailable,
        _ => Code::Unknown,
    };
    Status::new(code, format!("no grpc-status, and HTTP status {http}"))
}

/// Writes a status into headers or trailers.
pub(crate) fn write(status: &Status, headers: &mut HeaderMap) {
    status
        .add_header(headers)
        .expect("escaped text and base64 can stand in a header");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut status = Status::with_details(Code::NotFound, "wo? über", b"\0\xff"[..].into());
        status
            .metadata_mut()
            .insert("x-more", "yes".parse().unwrap());
        let mut headers = HeaderMap::new();
        write(&status, &mut headers);
        let read = read(&headers).unwrap();
        assert_eq!(
            (read.code(), read.message(), read.details()),
            (status.code(), status.message(), status.details())
        );
        assert_eq!(read.metadata().get("x-more").unwrap(), "yes");
    }

    #[test]
    fn bad_details_are_left_out() {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-status", "5".parse().unwrap());
        headers.insert("grpc-status-details-bin", "!".parse().unwrap());
        let status = read(&headers).unwrap();
        assert_eq!(
            (status.code(), status.details()),
            (Code::NotFound, &b""[..])
        );
    }
}
