//! More calls than threads: nothing waits for what waits for it.
#![expect(deprecated, reason = "`Say` is the method that goes around")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{
    Request, Response,
    transport::{Channel, Endpoint},
};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server::Echo};
use tokio::net::TcpListener;

use crate::handlers::request;
use crate::net::{current_thread, intercepted, methods};
use crate::sync_echo::here;

const CALLS: usize = 1000;
const PERMITS: usize = 8;

/// How many calls are in blocking code, and the most there were.
#[derive(Debug, Clone, Default)]
struct Gauge {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    threads: Arc<Mutex<Vec<String>>>,
}

impl Gauge {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    fn is_on(&self, thread: &str) {
        let here = here();
        if !here.starts_with(thread) {
            self.threads.lock().unwrap().push(here);
        }
    }
}

/// Not async, and on a thread of the pool.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Blocks(Gauge, bool);

impl Blocks {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.is_on("grpc-blocking-");
        if self.1 {
            self.0.enter();
        }
        thread::yield_now();
        let result = next.run(call);
        self.0.is_on("grpc-blocking-");
        if self.1 {
            self.0.leave();
        }
        result
    }
}

/// Async, and on the runtime's one thread.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Awaits(Gauge);

impl Awaits {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.is_on("runtime");
        tokio::task::yield_now().await;
        let result = next.run(call).await;
        self.0.is_on("runtime");
        result
    }
}

#[derive(Debug, Clone, InterceptorChain)]
struct Mixed {
    #[chain(except = "/echo.v1.Echo/Say")]
    outer: Blocks,
    awaits: Awaits,
    #[chain(except = "/echo.v1.Echo/Say")]
    inner: Blocks,
}

impl Mixed {
    fn new(gauge: &Gauge) -> Self {
        Self {
            outer: Blocks(gauge.clone(), true),
            awaits: Awaits(gauge.clone()),
            inner: Blocks(gauge.clone(), false),
        }
    }
}

#[derive(Debug, Clone)]
struct Handler(Gauge);

#[blocking_service]
impl Echo for Handler {
    fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.0.is_on("grpc-blocking-");
        let text = r.into_inner().text;
        Ok(Response::new(EchoReply {
            text,
            ..EchoReply::default()
        }))
    }

    fn server_stream(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let reply = self.unary_echo(r)?.into_inner();
        Ok(Response::new([Ok(reply)]))
    }

    fn client_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let count = r
            .into_inner()
            .try_fold(0, |count, it| it.map(|_| count + 1))?;
        Ok(Response::new(EchoReply {
            index: count,
            ..EchoReply::default()
        }))
    }

    #[blocking(stream)]
    fn bidi_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<Vec<Result<EchoReply, Status>>>, Status> {
        let requests = r.into_inner();
        let reply = |it: EchoRequest| EchoReply {
            text: it.text,
            ..EchoReply::default()
        };
        Ok(Response::new(requests.map(|it| it.map(reply)).collect()))
    }

    fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r)
    }
}

type Client = EchoClient<grpc_interceptor::InterceptedClient<Channel, Mixed>>;

/// A server and clients, all on the one thread of a runtime; the channel connects when it is first used.
async fn clients(gauges: &[Gauge; 2], pools: &[blocking::Pool; 2]) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (chain, handler) = (Mixed::new(&gauges[1]), Handler(gauges[1].clone()));
    let layer = ServerLayer::new(chain, &methods())
        .unwrap()
        .blocking_pool(&pools[1]);
    let service = testproto::echo::echo_server::EchoServer::new(handler);
    let server = grpc_interceptor::tonic::transport::Server::builder()
        .layer(layer)
        .add_service(service);
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    tokio::spawn(server.serve_with_incoming(incoming));

    let endpoint = Endpoint::from_shared(format!("http://localhost:{}", address.port())).unwrap();
    let layer = ClientLayer::new(Mixed::new(&gauges[0]), &methods()).unwrap();
    EchoClient::new(
        layer
            .blocking_pool(&pools[0])
            .layer(endpoint.connect_lazy()),
    )
}

#[test]
fn a_thousand_calls_at_once_with_eight_permits() {
    let (gauges, pools) = (
        [(); 2].map(|()| Gauge::default()),
        [(); 2].map(|()| blocking::Pool::new(PERMITS)),
    );
    let run = {
        let (gauges, pools) = (gauges.clone(), pools.clone());
        move || {
            current_thread().block_on(async move {
                let client = clients(&gauges, &pools).await;
                let calls: FuturesUnordered<_> = (0..CALLS)
                    .map(|index| one_call(client.clone(), index))
                    .collect();
                let all = calls.collect::<Vec<()>>();
                tokio::time::timeout(Duration::from_secs(60), all)
                    .await
                    .unwrap();
            });
        }
    };
    thread::Builder::new()
        .name("runtime".to_owned())
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
    for (gauge, pool) in gauges.iter().zip(&pools) {
        assert_eq!(
            *gauge.threads.lock().unwrap(),
            [""; 0],
            "each on its own threads"
        );
        assert_eq!(gauge.most.load(Ordering::SeqCst), PERMITS);
        assert!(pool.threads() <= 3 * PERMITS, "{pool:?}");
    }
}

async fn one_call(mut client: Client, index: usize) {
    let texts = [request("a"), request("b")];
    match index % 4 {
        0 => drop(client.unary_echo(request("a")).await.unwrap()),
        1 => {
            let replies = client
                .server_stream(request("a"))
                .await
                .unwrap()
                .into_inner();
            assert_eq!(replies.map(Result::unwrap).count().await, 1);
        }
        2 => {
            let reply = client
                .client_stream(futures_util::stream::iter(texts))
                .await
                .unwrap();
            assert_eq!(reply.into_inner().index, 2);
        }
        _ => {
            let replies = client
                .bidi_stream(futures_util::stream::iter(texts))
                .await
                .unwrap();
            assert_eq!(replies.into_inner().map(Result::unwrap).count().await, 2);
        }
    }
}

/// Holds every call until it is let go.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Holds(Arc<Mutex<std::sync::mpsc::Receiver<()>>>);

impl Holds {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let _let_go = self.0.lock().unwrap().recv();
        next.run(call)
    }
}

#[derive(Debug, Clone, InterceptorChain)]
struct HoldsAll {
    #[chain(except = "/echo.v1.Echo/Say")]
    holds: Holds,
}

#[test]
fn calls_that_go_around_do_not_wait() {
    let (let_go, held) = std::sync::mpsc::channel();
    let chain = HoldsAll {
        holds: Holds(Arc::new(Mutex::new(held))),
    };
    let server = crate::net::Served::start(
        current_thread(),
        intercepted(grpc_interceptor::Identity, crate::echo::EchoService),
    );
    current_thread().block_on(async {
        let layer = ClientLayer::new(chain, &methods()).unwrap();
        let layer = layer.blocking_pool(&blocking::Pool::new(PERMITS));
        let client = EchoClient::new(layer.layer(server.channel()));
        let held: Vec<_> = (0..100)
            .map(|_| {
                let mut client = client.clone();
                tokio::spawn(async move { client.unary_echo(request("a")).await })
            })
            .collect();
        for _ in 0..50 {
            client.clone().say(request("a")).await.unwrap();
        }
        assert!(held.iter().all(|call| !call.is_finished()));
        drop(let_go);
        for call in held {
            call.await.unwrap().unwrap();
        }
    });
}
