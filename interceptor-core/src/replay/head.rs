use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Uri, Version, request};

use crate::{Call, CallType};

/// The head of a request, to make that of each further attempt from.
///
/// Most calls succeed at once, and then nobody asks for it: so the headers are in a place that takes no allocation as long
/// as they are few, and become a map when they are needed.
pub(super) struct Head {
    method: Method,
    uri: Uri,
    version: Version,
    few: [Option<Header>; FEW],
    more: Vec<Header>,
    extensions: Extensions,
}

type Header = (HeaderName, HeaderValue);

/// What tonic's client sends, and some of the application's.
const FEW: usize = 6;

// === impl Head ===

impl Head {
    #[inline]
    pub(super) fn of<T: CallType>(call: &Call<T>) -> Self {
        let request = call.request();
        let mut headers = call.metadata().as_ref().iter();
        let mut next = || {
            let (name, value) = headers.next()?;
            Some((name.clone(), value.clone()))
        };
        Self {
            method: request.method.clone(),
            uri: request.uri.clone(),
            version: request.version,
            few: std::array::from_fn(|_| next()),
            more: std::iter::from_fn(next).collect(),
            extensions: request.extensions.clone(),
        }
    }

    /// A head like that of the first attempt.
    pub(super) fn again(&self) -> request::Parts {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.method.clone_from(&self.method);
        parts.uri.clone_from(&self.uri);
        parts.version = self.version;
        parts.headers = self.headers();
        parts.extensions.clone_from(&self.extensions);
        parts
    }

    fn headers(&self) -> HeaderMap {
        let all = self.few.iter().flatten().chain(&self.more);
        let mut headers = HeaderMap::with_capacity(all.clone().count());
        for (name, value) in all {
            headers.append(name.clone(), value.clone());
        }
        headers
    }
}
