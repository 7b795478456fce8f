use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Request, Uri, Version, uri::PathAndQuery,
};
use tonic::GrpcMethod;

use crate::{Call, CallType, Method};

/// The head of a request, to make that of each further attempt from.
///
/// Most calls succeed at once, and then nobody asks for it. So what a generated client sends takes no allocation here: few
/// headers, one extension, and a first line that follows from the method. They become maps again when they are needed.
pub(super) struct Head {
    /// `None` if it is what the method says.
    line: Option<Box<Line>>,
    few: [Option<Header>; FEW],
    more: Vec<Header>,
    extensions: Kept,
}

/// The first line of a request.
#[derive(Clone)]
struct Line {
    method: http::Method,
    uri: Uri,
    version: Version,
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
        let method = call.method().clone();
        let line = unusual(call.request_line(), &method);
        let headers = call.metadata().as_ref();
        let mut all = headers.iter();
        let mut few = [const { None }; FEW];
        for (place, (name, value)) in few.iter_mut().zip(&mut all) {
            *place = Some((name.clone(), value.clone()));
        }
        Self {
            line: line.map(Box::new),
            few,
            more: if headers.len() > FEW {
                more(all)
            } else {
                Vec::new()
            },
            extensions: Kept::of(call.extensions()),
        }
    }

    /// A head like that of the first attempt, which was for that method.
    pub(super) fn again(&self, method: &Method) -> Request<()> {
        let usual = || line_of(method);
        let line = self.line.as_deref().cloned().unwrap_or_else(usual);
        let mut request = Request::new(());
        *request.method_mut() = line.method;
        *request.uri_mut() = line.uri;
        *request.version_mut() = line.version;
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

/// What is not as the method says, as in a request with an authority or a query.
#[inline]
fn unusual((verb, uri, version): (&http::Method, &Uri, Version), method: &Method) -> Option<Line> {
    let path = uri.path_and_query().map(PathAndQuery::as_str);
    let is_usual = verb == http::Method::POST
        && version == Version::HTTP_2
        && uri.authority().is_none() // and so there is no scheme
        && path == Some(method.path());
    (!is_usual).then(|| Line {
        method: verb.clone(),
        uri: uri.clone(),
        version,
    })
}

/// What that method says. Its path was that of a request, so it is one.
fn line_of(method: &Method) -> Line {
    Line {
        method: http::Method::POST,
        uri: method.path().parse().expect("the path of a request"),
        version: Version::HTTP_2,
    }
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
