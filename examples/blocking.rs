//! Code without `async` at both ends: a blocking interceptor around a blocking handler, and a caller without a runtime of its
//! own, in one process.
//!
//! Run it: `cargo run --example blocking`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{error::Error, sync::mpsc, thread, time::Duration};

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response, transport::Server};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_client::EchoClient,
    echo_server::{Echo, EchoServer},
};
use tokio::{net::TcpListener, runtime::Runtime};
use tokio_stream::wrappers::TcpListenerStream;

/// Waits a little before each call, as code does that asks a database.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Slow;

impl Slow {
    #[allow(
        clippy::disallowed_methods,
        clippy::unused_self,
        reason = "on a thread of its own an interceptor may sleep"
    )]
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        thread::sleep(Duration::from_millis(5));
        let (side, kind) = (call.side(), call.kind());
        let result = next.run(call);
        let code = result.as_ref().err().map_or(Code::Ok, Status::code);
        println!("{side} {kind} {code:?}, seen on {}", here());
        result
    }
}

#[derive(Debug, Clone)]
struct MyEcho;

#[blocking_service]
impl Echo for MyEcho {
    fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        println!("handled on {}", here());
        Ok(Response::new(reply(0, r.into_inner().text)))
    }

    fn server_stream(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let EchoRequest { text, count, .. } = r.into_inner();
        let replies = (0..count).map(move |index| Ok(reply(index, text.clone())));
        Ok(Response::new(replies))
    }

    fn client_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let texts = r.into_inner().map(|request| Ok(request?.text));
        let texts = texts.collect::<Result<Vec<_>, Status>>()?;
        Ok(Response::new(reply(0, texts.join(" "))))
    }

    fn bidi_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let replies = r.into_inner().zip(0..);
        Ok(Response::new(
            replies.map(|(request, index)| Ok(reply(index, request?.text))),
        ))
    }

    fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let runtime = Runtime::new()?;
    let uri = serve(&runtime, ServerLayer::new(Slow, &methods)?)?;

    let layer = ClientLayer::new(Slow, &methods)?;
    let channel = blocking::Channel::connect(uri)?;
    let mut client = channel.client(|channel| EchoClient::new(layer.layer(channel)));
    let request = |text: &str, count| EchoRequest {
        text: text.to_owned(),
        count,
        ..EchoRequest::default()
    };

    let answer = client.unary(EchoClient::unary_echo, request("one", 1))?;
    println!("unary_unary: {}", answer.into_inner().text);

    let answers = client.server_streaming(EchoClient::server_stream, request("more", 3))?;
    println!("unary_stream: {} replies", answers.into_inner().count());

    let requests = ["a", "b", "c"].map(|text| request(text, 1));
    let answer = client.client_streaming(EchoClient::client_stream, requests)?;
    println!("stream_unary: {}", answer.into_inner().text);

    // what another thread sends goes out while the replies come in
    let (sender, requests) = mpsc::channel();
    let mut answers = client
        .streaming(EchoClient::bidi_stream, requests)?
        .into_inner();
    for text in ["x", "y"] {
        sender.send(request(text, 1))?;
        let answer = answers.next().ok_or("a reply to each request")??;
        println!("stream_stream: {}", answer.text);
    }
    Ok(())
}

fn serve(runtime: &Runtime, layer: ServerLayer<Slow>) -> Result<String, Box<dyn Error>> {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let uri = format!("http://{}", listener.local_addr()?);
    let server = Server::builder()
        .layer(layer)
        .add_service(EchoServer::new(MyEcho));
    runtime.spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    Ok(uri)
}

fn reply(index: u32, text: String) -> EchoReply {
    EchoReply {
        text,
        index,
        ..EchoReply::default()
    }
}

fn here() -> String {
    thread::current().name().unwrap_or("a thread").to_owned()
}
