//! Which metadata is no interceptor's to set, or to hand on.

use http::HeaderName;

/// Headers of HTTP that speak of one hop, or of the call itself: who carries the call sets them.
const OF_ONE_HOP: [&str; 15] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether HTTP/2 or gRPC sets this header itself, for each hop anew.
pub(crate) fn is_of_one_hop(name: &HeaderName) -> bool {
    OF_ONE_HOP.contains(&name.as_str()) || name.as_str().starts_with("grpc-")
}
