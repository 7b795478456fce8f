//! One caller, written with `async` and without.

use std::{sync::mpsc, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{
    Request, Response, Streaming,
    body::Body,
    client::GrpcService,
    codegen::{Bytes, StdError},
    metadata::{BinaryMetadataValue, MetadataMap},
};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient};
use tokio::{runtime::Runtime, sync::Notify};

/// What a channel is, with a chain around it or without.
pub(crate) trait Service:
    GrpcService<
        Body,
        Error: Into<StdError>,
        ResponseBody: http_body::Body<Data = Bytes, Error: Into<StdError> + Send> + Send + 'static,
        Future: Send,
    > + Clone
    + Send
    + 'static
{
}

impl<S> Service for S where
    S: GrpcService<
            Body,
            Error: Into<StdError>,
            ResponseBody: http_body::Body<Data = Bytes, Error: Into<StdError> + Send>
                              + Send
                              + 'static,
            Future: Send,
        > + Clone
        + Send
        + 'static
{
}

/// What a caller saw.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) texts: Vec<String>,
    pub(crate) metadata: MetadataMap,
    pub(crate) trailers: MetadataMap,
}

/// What to call with.
#[derive(Debug, Clone)]
pub(crate) struct What {
    pub(crate) kind: CallKind,
    pub(crate) texts: &'static [&'static str],
    pub(crate) timeout: Option<Duration>,
}

pub(crate) trait Caller {
    fn call(&mut self, what: &What) -> Result<Answer, Status>;

    /// Calls, and lets go of the call when this is notified.
    fn call_until(&mut self, what: &What, moment: &Notify);
}

pub(crate) struct AsyncCaller<S> {
    pub(crate) client: EchoClient<S>,
    pub(crate) runtime: Runtime,
}

pub(crate) struct SyncCaller<S> {
    pub(crate) client: blocking::Client<EchoClient<S>>,
}

impl What {
    fn request<M>(&self, message: M) -> Request<M> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("x-caller", "there".parse().unwrap());
        let value = BinaryMetadataValue::from_bytes(b"\x00\xff");
        request.metadata_mut().insert_bin("x-caller-bin", value);
        if let Some(timeout) = self.timeout {
            request.set_timeout(timeout);
        }
        request
    }

    fn one(&self) -> Request<EchoRequest> {
        self.request(EchoRequest {
            text: self.texts.join(" "),
            count: u32::try_from(self.texts.len()).unwrap(),
            ..EchoRequest::default()
        })
    }

    fn several(&self) -> Vec<EchoRequest> {
        let request = |text: &&str| EchoRequest {
            text: (*text).to_owned(),
            ..EchoRequest::default()
        };
        self.texts.iter().map(request).collect()
    }

    fn holds(&self) -> bool {
        self.texts == ["hold"]
    }

    /// A stream that stays open while the call is held.
    fn stream(&self) -> Request<stream::BoxStream<'static, EchoRequest>> {
        let requests = stream::iter(self.several());
        self.request(if self.holds() {
            requests.chain(stream::pending()).boxed()
        } else {
            requests.boxed()
        })
    }

    /// The same as an iterator. The sender keeps it open.
    fn iterator(
        &self,
    ) -> (
        Request<Box<dyn Iterator<Item = EchoRequest> + Send>>,
        mpsc::Sender<EchoRequest>,
    ) {
        let (open, more) = mpsc::channel();
        let requests = self.several().into_iter();
        let requests: Box<dyn Iterator<Item = _> + Send> = if self.holds() {
            Box::new(requests.chain(more))
        } else {
            Box::new(requests)
        };
        (self.request(requests), open)
    }
}

/// Of a unary response tonic puts trailers and metadata together.
fn unary(response: Response<EchoReply>) -> Answer {
    let (metadata, reply, _) = response.into_parts();
    Answer {
        texts: reply.text.split(' ').map(str::to_owned).collect(),
        trailers: metadata.clone(),
        metadata,
    }
}

// === impl AsyncCaller ===

async fn call_async<S: Service>(client: &mut EchoClient<S>, what: &What) -> Result<Answer, Status> {
    Ok(match what.kind {
        CallKind::UnaryUnary => unary(client.unary_echo(what.one()).await?),
        CallKind::StreamUnary => unary(client.client_stream(what.stream()).await?),
        CallKind::UnaryStream => streamed(client.server_stream(what.one()).await?).await?,
        CallKind::StreamStream => streamed(client.bidi_stream(what.stream()).await?).await?,
    })
}

async fn streamed(response: Response<Streaming<EchoReply>>) -> Result<Answer, Status> {
    let (metadata, mut replies, _) = response.into_parts();
    let mut texts = Vec::new();
    while let Some(reply) = replies.try_next().await? {
        texts.push(reply.text);
    }
    Ok(Answer {
        texts,
        metadata,
        trailers: replies.trailers().await?.unwrap_or_default(),
    })
}

impl<S: Service> Caller for AsyncCaller<S> {
    fn call(&mut self, what: &What) -> Result<Answer, Status> {
        self.runtime.block_on(call_async(&mut self.client, what))
    }

    fn call_until(&mut self, what: &What, moment: &Notify) {
        self.runtime.block_on(async {
            tokio::select! {
                answer = call_async(&mut self.client, what) => panic!("{answer:?}"),
                () = moment.notified() => {}
            }
        });
    }
}

// === impl SyncCaller ===

impl<S: Service> Caller for SyncCaller<S> {
    fn call(&mut self, what: &What) -> Result<Answer, Status> {
        let client = &mut self.client;
        let (requests, _open) = what.iterator();
        let response = match what.kind {
            CallKind::UnaryUnary => {
                return client.unary(EchoClient::unary_echo, what.one()).map(unary);
            }
            CallKind::StreamUnary => {
                return client
                    .client_streaming(EchoClient::client_stream, requests)
                    .map(unary);
            }
            CallKind::UnaryStream => {
                client.server_streaming(EchoClient::server_stream, what.one())?
            }
            CallKind::StreamStream => client.streaming(EchoClient::bidi_stream, requests)?,
        };
        let (metadata, mut replies, _) = response.into_parts();
        let texts = replies
            .by_ref()
            .map(|reply| Ok(reply?.text))
            .collect::<Result<_, Status>>()?;
        Ok(Answer {
            texts,
            metadata,
            trailers: replies.trailers()?.unwrap_or_default(),
        })
    }

    /// `Client::call` takes any future, so one that ends before the call does.
    fn call_until(&mut self, what: &What, moment: &Notify) {
        let call = async |client: &mut EchoClient<S>| {
            tokio::select! {
                answer = call_async(client, what) => panic!("{answer:?}"),
                () = moment.notified() => Ok(()),
            }
        };
        self.client.call(call).unwrap();
    }
}
