//! Interceptors of one's own: one that changes typed messages, and one for one call type only, which answers by itself.
//!
//! Run it: `cargo run --example custom`
//!
//! There is no network in it: the client's chain sits right on top of the generated server.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use grpc_interceptor::prelude::*;
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio_stream::iter;

use crate::echo::EchoService;

/// Makes requests loud and replies polite, whether one message goes that way or a stream of them.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy)]
struct Manners;

impl Manners {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().try_map(|message| {
            let mut request = message.decode::<EchoRequest>()?;
            if request.text.is_empty() {
                return Err(Status::invalid_argument("say something"));
            }
            request.text = request.text.to_uppercase();
            Ok(Message::encode(&request))
        })?;
        let mut reply = next.run(call).await?;
        reply.payload_mut().try_map(|message| {
            let mut reply = message.decode::<EchoReply>()?;
            reply.text.push_str(", please");
            Ok(Message::encode(&reply))
        })?;
        Ok(reply)
    }
}

/// Answers a request that is the same as the last one without asking again.
///
/// Written for one call type; `otherwise = pass` says what becomes of the rest. Leaving it out does not compile.
#[derive(Debug, Clone, Default)]
struct Remember {
    last: Arc<Mutex<Option<(Message, Message)>>>,
}

#[grpc_interceptor(otherwise = pass)]
impl Remember {
    async fn intercept_call(
        &self,
        mut call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        let request = call.message().await?;
        if let Some(answer) = self.recall(&request)? {
            println!("answered without the server");
            return Ok(Reply::new(answer));
        }
        let mut reply = next.run(call).await?;
        let answer = reply.message().await?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((request, answer));
        Ok(reply)
    }

    fn recall(&self, request: &Message) -> Result<Option<Message>, Status> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((asked, answer)) = &*last else {
            return Ok(None);
        };
        Ok((asked.bytes()? == request.bytes()?).then(|| answer.clone()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let layer = ClientLayer::new((Remember::default(), Manners), &methods)?;
    let mut client = EchoClient::new(layer.layer(EchoServer::new(EchoService)));

    for _ in 0..2 {
        let reply = client.unary_echo(request("hello")).await?;
        println!("{}", reply.into_inner().text);
    }
    let replies = client
        .bidi_stream(iter([request("tea"), request("cake")]))
        .await?;
    let mut replies = replies.into_inner();
    while let Some(reply) = replies.message().await? {
        println!("{}", reply.text);
    }
    let refused = client.unary_echo(request("")).await;
    println!("{:?}", refused.map_err(|status| status.code()));
    Ok(())
}

fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    }
}
