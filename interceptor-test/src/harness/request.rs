//! What the caller sends.

use std::time::Duration;

use http::{
    Extensions, HeaderMap,
    header::{CONTENT_TYPE, HeaderValue, TE},
};
use interceptor_core::{Interceptor, tonic::body::Body};

use super::{
    Harness,
    script::{CallerScript, CallerStep, Outbox},
};
use crate::{Case, Random, ScriptedBody, Timeline, WireMessage, headers};

/// What the caller sends.
#[derive(Debug)]
pub(super) struct Request {
    path: Option<String>,
    headers: HeaderMap,
    extensions: Extensions,
    messages: Option<Vec<WireMessage>>,
    pause: Option<Duration>,
    body: Option<ScriptedBody>,
    script: Option<CallerScript>,
}

// === impl Harness ===

impl<I: Interceptor> Harness<I> {
    /// The one request message. Default: those of [`Case::requests`].
    #[must_use]
    pub fn request(self, message: impl Into<WireMessage>) -> Self {
        self.requests([message])
    }

    /// The request messages. For a unary request they ought to be one. Default: those of [`Case::requests`].
    #[must_use]
    pub fn requests<M: Into<WireMessage>>(mut self, messages: impl IntoIterator<Item = M>) -> Self {
        self.request.messages = Some(messages.into_iter().map(Into::into).collect());
        self
    }

    /// Lets that much time pass before each request message, and before the request's end. Default: none.
    #[must_use]
    pub fn request_pause(mut self, pause: Duration) -> Self {
        self.request.pause = Some(pause);
        self
    }

    /// The request's body, in the place of messages: frames, pauses, errors. Each call sends it from its beginning.
    #[must_use]
    pub fn request_body(mut self, body: ScriptedBody) -> Self {
        self.request.body = Some(body);
        self
    }

    /// What the caller does, step by step, in the place of request messages or of a body: it may send when it has read, and
    /// leave when it has seen enough. Default: it sends its messages, and reads.
    #[must_use]
    pub fn caller(mut self, script: CallerScript) -> Self {
        self.request.script = Some(script);
        self
    }

    /// Metadata of the request; of one name, any number.
    ///
    /// # Panics
    ///
    /// If that is not a header.
    #[must_use]
    pub fn metadata(mut self, name: &str, value: &str) -> Self {
        headers::insert(&mut self.request.headers, name, value);
        self
    }

    /// How much time the caller gives the call, by `grpc-timeout`. Nothing here enforces it: that is for an interceptor to
    /// do, or for [`cancel_at`](Self::cancel_at) to play.
    #[must_use]
    pub fn deadline(self, time: Duration) -> Self {
        self.metadata("grpc-timeout", &headers::timeout(time))
    }

    /// What the compressed request messages are compressed with, by `grpc-encoding`.
    #[must_use]
    pub fn encoding(self, name: &str) -> Self {
        self.metadata("grpc-encoding", name)
    }

    /// A value in the extensions of the request.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.request.extensions.insert(value);
        self
    }

    /// The path that is called. Default: that of the [`Case`].
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.request.path = Some(path.to_owned());
        self
    }

    /// The messages that a call sends, if its body was not scripted.
    #[must_use]
    pub fn sends(&self) -> Vec<WireMessage> {
        self.request.messages(self.case)
    }
}

// === impl Request ===

impl Request {
    pub(super) fn new() -> Self {
        Self {
            path: None,
            headers: HeaderMap::new(),
            extensions: Extensions::new(),
            messages: None,
            pause: None,
            body: None,
            script: None,
        }
    }

    /// The request as tonic's client makes it, or as hyper's server gives it.
    pub(super) fn to_http(
        &self,
        case: Case,
        timeline: &Timeline,
        split: Option<u64>,
        outbox: &Outbox,
    ) -> http::Request<Body> {
        let mut request = http::Request::new(match &self.script {
            Some(_) => Body::new(outbox.body()),
            None => Body::new(self.body(case, split)),
        });
        *request.method_mut() = http::Method::POST;
        *request.version_mut() = http::Version::HTTP_2;
        *request.uri_mut() = self
            .path
            .as_deref()
            .unwrap_or(case.path())
            .parse()
            .expect("`path` was given what is a path");
        *request.extensions_mut() = self.extensions.clone();
        request.extensions_mut().insert(timeline.clone());
        let headers = request.headers_mut();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.extend(self.headers.clone());
        request
    }

    /// What the caller does; without a script it reads, and its body sends by itself.
    pub(super) fn steps(&self, split: Option<u64>) -> Vec<CallerStep> {
        let mut splits = split.map(Random::new);
        let script = self.script.as_ref().map(CallerScript::steps);
        let steps = script.unwrap_or_else(|| vec![CallerStep::Read(usize::MAX)]);
        let split = |step| match (step, &mut splits) {
            (CallerStep::Send(frame), Some(random)) => {
                let parts = random.split(frame).into_iter();
                parts.map(CallerStep::Send).collect()
            }
            (step, _) => vec![step],
        };
        steps.into_iter().flat_map(split).collect()
    }

    fn messages(&self, case: Case) -> Vec<WireMessage> {
        self.messages.clone().unwrap_or_else(|| case.requests())
    }

    fn body(&self, case: Case, split: Option<u64>) -> ScriptedBody {
        if let Some(body) = &self.body {
            return body.clone();
        }
        let mut splits = split.map(Random::new);
        let send = |body, message: &WireMessage| {
            let frames = match &mut splits {
                Some(random) => random.split(message.to_frame()),
                None => vec![message.to_frame()],
            };
            frames
                .into_iter()
                .fold(self.pause(body), ScriptedBody::data)
        };
        let body = self.messages(case).iter().fold(ScriptedBody::new(), send);
        self.pause(body)
    }

    fn pause(&self, body: ScriptedBody) -> ScriptedBody {
        match self.pause {
            Some(pause) => body.wait(pause),
            None => body,
        }
    }
}
