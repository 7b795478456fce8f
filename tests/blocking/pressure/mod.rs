//! Back-pressure of blocking handlers is that of the bare service: a client that does not read has no more replies made for
//! it, and a handler that does not read has no more requests sent to it, than with the same handler in `async`.
//!
//! What HTTP/2's windows let through is the bound, which the bare service is held against too. One more reply may be made by a
//! handler on a thread: it was asked for when there was a place in the window, and what was made before it took that.

mod handler;
mod peer;

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::transport::{Server, server::Router};
use testproto::echo::echo_server::{Echo, EchoServer};

use crate::handlers::SOON;
use crate::net::{Served, current_thread, methods, multi_thread};
use handler::{Bare, Blocking, Gauge};
use peer::{MESSAGES, OF_CONNECTION, WINDOW, call};

/// By how many replies a handler on a thread may be ahead.
const HANDED_OVER: usize = 1;

/// How many replies tonic puts together, if it can have them at once: those of 32 KiB.
const TOGETHER: usize = 32;

/// The bare service, by name.
const BARE: &str = "with `async`";

/// In how many steps a client reads.
const STEPS: usize = 3;

/// What stands around a handler.
#[derive(Debug, Clone, Copy)]
enum Around {
    Nothing,
    /// A blocking interceptor that looks at each message, on threads too.
    Looks,
}

#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Looks;

impl Looks {
    fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        if T::KIND.client_streaming() {
            call.payload_mut().blocking_inspect(|_| {})?;
        }
        let mut reply = next.run(call)?;
        reply.payload_mut().blocking_inspect(|_| {})?;
        Ok(reply)
    }
}

/// A server whose windows are as small as the client's.
fn routes<E: Echo>(around: Around, service: E) -> impl FnOnce() -> Router + Send + 'static {
    move || {
        let mut server = Server::builder()
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(OF_CONNECTION);
        let looks = match around {
            Around::Nothing => None,
            Around::Looks => Some(Looks),
        };
        let service = EchoServer::new(service);
        let layer = looks.map(|looks| ServerLayer::new(looks, &methods()).unwrap());
        match layer {
            None => server.add_service(service),
            Some(layer) => server.add_service(
                grpc_interceptor::tonic::service::LayerExt::named_layer(&layer, service),
            ),
        }
    }
}

/// Measures the bare service, and blocking handlers, on either runtime.
fn measure(measured: impl AsyncFn(&str, Served, Gauge)) {
    for runtime in [current_thread, multi_thread] {
        let (service, gauge) = Bare::new();
        let server = Served::start(runtime(), routes(Around::Nothing, service));
        current_thread().block_on(soon(measured(BARE, server, gauge)));
        for (around, name) in [
            (Around::Nothing, "blocking"),
            (Around::Looks, "blocking, and looked at"),
        ] {
            let (service, gauge) = Blocking::new();
            let server = Served::start(runtime(), routes(around, service));
            current_thread().block_on(soon(measured(name, server, gauge)));
        }
    }
}

async fn soon(measured: impl Future<Output = ()>) {
    tokio::time::timeout(SOON, measured).await.unwrap();
}

/// How many replies the bare service makes for a client that has read so many windows of them: one window more, and what
/// tonic puts together before it hands it on.
fn replies(windows: usize) -> usize {
    (windows + 1) * MESSAGES + TOGETHER
}

/// How many may be made at most. When replies do not come all at once, hyper takes another piece of them now and then, of the
/// bare service as well.
fn most_replies(windows: usize) -> usize {
    replies(windows) + TOGETHER + HANDED_OVER
}

#[test]
fn replies_are_made_as_the_client_reads() {
    measure(async |name, server, gauge| {
        let (mut client, mut received) = call(&server, "ServerStream", false).await;
        for step in 0..STEPS {
            client.push_while(received.fill()).await;
            let (made, most) = (gauge.made(), most_replies(step));
            assert!(made > step * MESSAGES);
            if name == BARE {
                assert_eq!(made, replies(step), "the bound is what it makes");
            }
            assert!(made <= most, "{name}: {made}, not {most}");
            received.release();
        }
    });
}

#[test]
fn requests_come_as_the_handler_reads() {
    measure(async |name, server, mut gauge| {
        let (mut client, _replies) = call(&server, "ClientStream", true).await;
        let mut read = 0;
        for reads in [0, 1, MESSAGES / 2, MESSAGES] {
            client.push_while(gauge.read(reads)).await;
            read += reads;
            let (sent, most) = (client.sent(), read + MESSAGES);
            assert!((read..=most).contains(&sent), "{name}: {sent}, not {most}");
        }
    });
}

/// A client that sends and does not read is stopped when nobody reads what it sends.
#[test]
fn requests_wait_for_replies_that_wait_for_the_client() {
    measure(async |name, server, gauge| {
        let (mut client, mut received) = call(&server, "BidiStream", true).await;
        for step in 0..STEPS {
            client.push_while(received.fill()).await;
            let (made, most) = (gauge.made(), most_replies(step));
            assert!(made <= most, "{name}: {made}, not {most}");
            let (sent, most) = (client.sent(), made + MESSAGES);
            assert!(sent <= most, "{name}: {sent} requests, not {most}");
            received.release();
        }
    });
}
