//! What the tests of retries and of hedges share.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use interceptor_core::tonic::{Code, Status};
use interceptor_test::{Failure, Script};

/// An answer without a body that says when to come back.
pub(crate) fn pushing_back(code: Code, value: &str) -> Status {
    let mut status = Status::new(code, "come back");
    let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
    let metadata = status.metadata_mut().as_mut();
    metadata.append("grpc-retry-pushback-ms", value);
    status
}

/// Reads all, and ends with that.
pub(crate) fn ends(status: impl interceptor_test::IntoStatus) -> Script {
    Script::new().read_all().end(status)
}

/// Sends back what comes.
pub(crate) fn echoes() -> Script {
    Script::new().echo().end(Code::Ok)
}

/// Refuses the stream.
pub(crate) fn refuses() -> Script {
    Script::new().fail(Failure::Reset(7))
}
