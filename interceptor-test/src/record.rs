//! An interceptor that writes down what it sees.

use std::sync::Arc;

use interceptor_core::{
    Call, CallType, Description, Message, Next, Reply,
    tonic::{Code, Status},
};

use crate::{Event, Timeline, What, Who, WireMessage, one_body::one_body};

/// An interceptor that writes down what it sees: the call, each message, the reply or the error, and the end's code.
///
/// Two of them around another interceptor tell what that one does and in which order; one beside it tells how often the
/// call ended. It writes into the timeline of the harness, where it finds one, and always into its own, which all its
/// clones share.
///
/// ```
/// use interceptor_core::tonic::Code;
/// use interceptor_test::{Harness, Peer, Recorder};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (a, b) = (Recorder::new("a"), Recorder::new("b"));
/// let outcome = Harness::unary_unary((a.clone(), b)).peer(Peer::reject(Code::NotFound)).call().await;
/// assert_eq!(
///     outcome.timeline().interceptors(),
///     r#"a call, b call, a request "one", b request "one", b end NotFound, b error NotFound, a end NotFound, a error NotFound"#,
/// );
/// assert_eq!(a.ends(), [Code::NotFound]);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Recorder {
    name: Arc<str>,
    timeline: Timeline,
    messages: bool,
}

/// Where one call is written down.
#[derive(Clone)]
struct Pen {
    name: Arc<str>,
    own: Timeline,
    call: Option<Timeline>,
}

// === impl Recorder ===

impl Recorder {
    /// One of that name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            timeline: Timeline::new(),
            messages: true,
        }
    }

    /// Does not look at messages, so that bodies that nobody else looks at stay untouched.
    #[must_use]
    pub fn without_messages(self) -> Self {
        Self {
            messages: false,
            ..self
        }
    }

    /// What it saw of all calls so far.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The codes that calls ended with, in the order in which they ended.
    #[must_use]
    pub fn ends(&self) -> Vec<Code> {
        let end = |event: Event| match event.what {
            What::End(code) => Some(code),
            _ => None,
        };
        self.timeline.events().into_iter().filter_map(end).collect()
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let pen = self.pen(&call);
        pen.write(&What::Call);
        if self.messages {
            let pen = pen.clone();
            let write = move |message: &Message| pen.write(&What::Request(copy(message)));
            call.payload_mut().inspect(write)?;
        }
        let end = pen.clone();
        let run = next.run(call);
        let result = run.on_end(move |it| end.write(&What::End(it.code()))).await;
        let mut reply = result.inspect_err(|status| pen.write(&What::Error(status.code())))?;
        pen.write(&What::Reply);
        if self.messages {
            let write = move |message: &Message| pen.write(&What::Response(copy(message)));
            reply.payload_mut().inspect(write)?;
        }
        Ok(reply)
    }

    fn pen<T: CallType>(&self, call: &Call<T>) -> Pen {
        Pen {
            name: Arc::clone(&self.name),
            own: self.timeline.clone(),
            call: call.extensions().get::<Timeline>().cloned(),
        }
    }
}

/// The message as it is; of one that cannot be decompressed here, that there was one.
fn copy(message: &Message) -> WireMessage {
    message
        .bytes()
        .map_or_else(|_| WireMessage::compressed("?"), WireMessage::from)
}

one_body!(
    Recorder,
    fn describe(&self, description: &mut Description) {
        description.interceptor("Recorder");
    }
);

// === impl Pen ===

impl Pen {
    fn write(&self, what: &What) {
        let timelines = self.call.iter().chain([&self.own]);
        for timeline in timelines {
            timeline.push(Who::Interceptor(Arc::clone(&self.name)), what.clone());
        }
    }
}
