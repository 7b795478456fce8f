//! A script at work.

use std::{
    future::{pending, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame};
use interceptor_core::{
    Side,
    tonic::{Code, Status, body::Body},
};

use super::script::{Script, Step};
use crate::{
    Case, Failure, Moment, Random, ResponseEnd, What, WireMessage, attempt::AttemptLog,
    failure::BoxError, harness::Gate, message::FrameReader, status,
};

/// What comes out of a script next.
pub(super) enum Output {
    /// Response headers; with the status in them, if that is all.
    Headers(Option<Status>),
    Frame(Frame<Bytes>),
    Error(BoxError),
}

/// One place, between the script and who takes what it gives. The script goes on when it is empty.
#[derive(Clone, Default)]
pub(super) struct Outlet {
    place: Arc<Mutex<Option<Output>>>,
}

/// A script at work on one attempt.
pub(super) struct Player {
    pub(super) case: Case,
    pub(super) request: Body,
    pub(super) reader: FrameReader,
    pub(super) outlet: Outlet,
    pub(super) gate: Gate,
    pub(super) log: AttemptLog,
    pub(super) trailers: HeaderMap,
    /// Where frames are split, if they are.
    pub(super) splits: Option<Random>,
    pub(super) headers_sent: bool,
}

/// The script is over.
struct Over;

type Played = Result<(), Over>;

// === impl Outlet ===

impl Outlet {
    pub(super) fn take(&self) -> Option<Output> {
        self.lock().take()
    }

    /// Gives something, and waits until it was taken. Nobody needs to be woken for that: who takes polls again when it
    /// wants more.
    async fn put(&self, output: Output) {
        *self.lock() = Some(output);
        poll_fn(|_| match *self.lock() {
            Some(_) => Poll::Pending,
            None => Poll::Ready(()),
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Output>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Player ===

impl Player {
    pub(super) async fn play(mut self, script: Script) {
        let end = Step::EndWithoutTrailers;
        for step in script.steps.into_iter().chain([end]) {
            if self.step(step).await.is_err() {
                return;
            }
        }
    }

    async fn step(&mut self, step: Step) -> Played {
        match step {
            Step::Read(messages) => self.read(messages).await,
            Step::ReadAll => self.read(usize::MAX).await,
            Step::Echo => self.echo().await,
            Step::Wait(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Step::Headers => self.headers().await,
            Step::Send(message) => self.send(message).await,
            Step::Data(data) => self.data(data).await,
            Step::End(status) => self.end(status).await,
            Step::EndWithoutTrailers => self.end_without_trailers().await,
            Step::Fail(failure) => self.fail(failure).await,
            Step::Hang => pending().await,
            Step::Panic => {
                self.answering().await;
                self.log.over(ResponseEnd::Panicked, What::Panicked);
                panic!("the script says so")
            }
        }
    }

    async fn read(&mut self, messages: usize) -> Played {
        for _ in 0..messages {
            if self.next_message().await?.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn echo(&mut self) -> Played {
        let each = self.case.kind().server_streaming();
        let mut all = Vec::new();
        while let Some(message) = self.next_message().await? {
            if each {
                self.send(message).await?;
            } else {
                all.push(message);
            }
        }
        if each {
            Ok(())
        } else {
            self.send(WireMessage::concat(&all)).await
        }
    }

    /// The next request message; none at the end of the request. If that fails, so does the attempt.
    async fn next_message(&mut self) -> Result<Option<WireMessage>, Over> {
        self.gate
            .pass(Moment::Requests(self.log.messages_read()))
            .await;
        let error = loop {
            if let Some(message) = self.reader.next() {
                self.log.read(message.clone());
                return Ok(Some(message));
            }
            match self.next_frame().await {
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.reader.push(data);
                    }
                }
                Some(Err(error)) => break error,
                None if self.reader.is_empty() => {
                    self.log.request_ended(Ok(()));
                    return Ok(None);
                }
                None => break Status::internal("Unexpected EOF decoding stream."),
            }
        };
        self.log.request_ended(Err(&error));
        Err(self.request_failed(error).await)
    }

    async fn next_frame(&mut self) -> Option<Result<Frame<Bytes>, Status>> {
        if self.request.is_end_stream() {
            return None; // as hyper and tonic do it, which do not poll such a body
        }
        poll_fn(|cx| Pin::new(&mut self.request).poll_frame(cx)).await
    }

    /// A handler returns the error that it got. Below a client the transport resets the stream: a server sees nothing more
    /// of it, and the client gets an error of its own making.
    async fn request_failed(&mut self, error: Status) -> Over {
        let result = match self.case.side() {
            Side::Server => self.end(error).await,
            Side::Client => {
                let reason = h2::Reason::INTERNAL_ERROR;
                self.break_off(Box::new(h2::Error::from(reason))).await
            }
        };
        result.err().unwrap_or(Over)
    }

    async fn headers(&mut self) -> Played {
        if !self.headers_sent {
            self.answering().await;
            self.headers_sent = true;
            self.log.write(What::Headers);
            self.outlet.put(Output::Headers(None)).await;
        }
        Ok(())
    }

    async fn send(&mut self, message: WireMessage) -> Played {
        self.headers().await?;
        self.log.write(What::Response(message.clone()));
        self.data(message.to_frame()).await
    }

    async fn data(&mut self, data: Bytes) -> Played {
        self.headers().await?;
        let parts = match &mut self.splits {
            Some(random) => random.split(data),
            None => vec![data],
        };
        for part in parts {
            self.outlet.put(Output::Frame(Frame::data(part))).await;
        }
        Ok(())
    }

    async fn end(&mut self, status: Status) -> Played {
        if !self.headers_sent && status.code() != Code::Ok {
            self.answering().await;
            return self.answer(status).await;
        }
        self.headers().await?;
        self.log
            .over(ResponseEnd::Complete, What::End(status.code()));
        let mut trailers = std::mem::take(&mut self.trailers);
        status::write(&status, &mut trailers);
        self.outlet
            .put(Output::Frame(Frame::trailers(trailers)))
            .await;
        Err(Over)
    }

    /// An answer without messages.
    async fn answer(&mut self, status: Status) -> Played {
        self.log
            .over(ResponseEnd::Complete, What::End(status.code()));
        self.outlet.put(Output::Headers(Some(status))).await;
        Err(Over)
    }

    async fn end_without_trailers(&mut self) -> Played {
        self.headers().await?;
        self.log.over(ResponseEnd::Complete, What::NoTrailers);
        Err(Over)
    }

    async fn fail(&mut self, failure: Failure) -> Played {
        self.answering().await;
        self.break_off(failure.into_error()).await
    }

    async fn break_off(&mut self, error: BoxError) -> Played {
        self.log.over(ResponseEnd::Failed, What::Failed);
        self.outlet.put(Output::Error(error)).await;
        Err(Over)
    }

    /// The peer is about to answer.
    async fn answering(&mut self) {
        if !self.headers_sent {
            self.gate.pass(Moment::BeforeHeaders).await;
        }
    }
}
