//! What a request is answered.

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, VARY},
};
use http_body_util::Full;

use super::{Source, accept};

pub(super) fn answer<B>(request: &Request<B>, source: &dyn Source) -> Response<Full<Bytes>> {
    if request.uri().path() != "/metrics" {
        return short(StatusCode::NOT_FOUND, "metrics are at /metrics\n");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = short(StatusCode::METHOD_NOT_ALLOWED, "metrics are read by GET\n");
        let allowed = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, allowed);
        return response;
    }
    let (format, text) = source.write(accept::preferred(request.headers()));
    let mut response = Response::new(Full::from(text)); // hyper leaves the body away for HEAD
    let content_type = HeaderValue::from_static(format.content_type());
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("accept"));
    response
}

fn short(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
