use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version};
use tonic::GrpcMethod;

use crate::{Call, CallType};

/// The head of a request, to make that of each further attempt from.
///
/// Most calls succeed at once, and then nobody asks for it. So what a generated client sends takes no allocation here: few
/// headers, and one extension. They become maps again when they are needed.
pub(super) struct Head {
    method: Method,
    uri: Uri,
    version: Version,
    few: [Option<Header>; FEW],
    more: Vec<Header>,
    extensions: Kept,
}

/// The extensions of a request.
enum Kept {
    /// The one that a generated client puts there.
    Method(GrpcMethod<'static>),
    Any(Extensions),
}

type Header = (HeaderName, HeaderValue);

/// What tonic's client sends, and some of the application's.
const FEW: usize = 4;

// === impl Head ===

impl Head {
    #[inline]
    pub(super) fn of<T: CallType>(call: &mut Call<T>) -> Self {
        let (method, uri, version) = call.request_line();
        let headers = call.metadata().as_ref();
        let mut all = headers.iter();
        let mut few = [const { None }; FEW];
        for (place, (name, value)) in few.iter_mut().zip(&mut all) {
            *place = Some((name.clone(), value.clone()));
        }
        Self {
            method,
            uri,
            version,
            few,
            more: if headers.len() > FEW {
                more(all)
            } else {
                Vec::new()
            },
            extensions: Kept::of(call.extensions()),
        }
    }

    /// A head like that of the first attempt.
    pub(super) fn again(&self) -> Request<()> {
        let mut request = Request::new(());
        request.method_mut().clone_from(&self.method);
        request.uri_mut().clone_from(&self.uri);
        *request.version_mut() = self.version;
        *request.headers_mut() = self.headers();
        *request.extensions_mut() = self.extensions.again();
        request
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

/// Those that found no place.
fn more(headers: http::header::Iter<'_, HeaderValue>) -> Vec<Header> {
    let cloned = headers.map(|(name, value)| (name.clone(), value.clone()));
    cloned.collect()
}

// === impl Kept ===

impl Kept {
    #[inline]
    fn of(extensions: &Extensions) -> Self {
        match extensions.get::<GrpcMethod<'static>>() {
            Some(method) if extensions.len() == 1 => Self::Method(method.clone()),
            _ => Self::Any(extensions.clone()),
        }
    }

    fn again(&self) -> Extensions {
        match self {
            Self::Any(extensions) => extensions.clone(),
            Self::Method(method) => {
                let mut extensions = Extensions::new();
                extensions.insert(method.clone());
                extensions
            }
        }
    }
}
