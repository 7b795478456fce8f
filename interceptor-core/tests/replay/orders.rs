//! An interceptor that makes attempts when a test says so, and a service that hands what it gets to the test.

use std::sync::{Arc, Mutex};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use http::{Request, Response, request::Parts};
use interceptor_core::{Call, CallKind, CallType, Interceptor, Next, Replay, Reply, Side};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tonic::{Status, body::Body};
use tower::ServiceExt as _;

use super::Reader;
use crate::support::{BoxError, Svc, around, chain::one_body, path, service};

/// What a test says.
enum Order {
    /// One more attempt beside the others: whether there was one.
    Attempt(oneshot::Sender<bool>),
    /// One more attempt in the place of the others.
    Restart(oneshot::Sender<bool>),
    /// How much is kept.
    Bytes(oneshot::Sender<usize>),
    /// No more attempts.
    Commit(oneshot::Sender<()>),
    /// Drops the attempts that are under way.
    Cancel(oneshot::Sender<()>),
}

/// Makes attempts as it is told, and returns what the first of them that ends well returns, or the last that does not.
#[derive(Clone)]
pub(crate) struct Orders {
    limit: usize,
    receiver: Arc<Mutex<Option<mpsc::UnboundedReceiver<Order>>>>,
}

impl Orders {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut orders = self.receiver.lock().unwrap().take().unwrap();
        let mut record = Some(call.into_replay(self.limit));
        let mut attempts = FuturesUnordered::new();
        let mut failure = None;
        loop {
            let order = tokio::select! {
                biased;
                Some(result) = attempts.next() => match result {
                    Ok(reply) => return Ok(reply),
                    Err(status) => {
                        failure = Some(status);
                        continue;
                    }
                },
                order = orders.recv() => order,
            };
            let kept = record.as_mut();
            match order {
                Some(Order::Attempt(tell)) => {
                    let attempt = kept.and_then(Replay::attempt);
                    tell.send(attempt.is_some()).unwrap();
                    attempts.extend(attempt.map(|it| next.clone().run(mark(it))));
                }
                Some(Order::Restart(tell)) => {
                    let attempt = kept.and_then(Replay::restart);
                    tell.send(attempt.is_some()).unwrap();
                    attempts.extend(attempt.map(|it| next.clone().run(mark(it))));
                }
                Some(Order::Bytes(tell)) => {
                    tell.send(kept.map_or(0, |it| it.buffered_bytes())).unwrap();
                }
                Some(Order::Commit(tell)) => {
                    record = None;
                    tell.send(()).unwrap();
                }
                Some(Order::Cancel(tell)) => {
                    attempts.clear();
                    tell.send(()).unwrap();
                }
                None => return Err(failure.unwrap()),
            }
        }
    }
}

one_body!([] Orders);

/// Leaves its number in the metadata and the extensions, to be seen if it were still there in the next.
fn mark<T: CallType>(mut attempt: Call<T>) -> Call<T> {
    let number = attempt.attempt();
    attempt.metadata_mut().append("x-attempt", number.into());
    attempt.extensions_mut().insert(number);
    attempt
}

/// One attempt, as it arrived below.
pub(crate) struct Arrived {
    pub(crate) parts: Parts,
    pub(crate) reader: Reader,
    pub(crate) answer: oneshot::Sender<Result<Response<Body>, BoxError>>,
}

type Outcome = Result<Response<Body>, BoxError>;

/// A call under way, its interceptor in the test's hands.
pub(crate) struct Stage {
    orders: mpsc::UnboundedSender<Order>,
    arrived: mpsc::UnboundedReceiver<Arrived>,
    call: JoinHandle<Outcome>,
}

impl Stage {
    /// A call with that request.
    pub(crate) fn new(kind: CallKind, side: Side, limit: usize, request: Body) -> Self {
        let (below, arrived) = handing();
        Self::with(kind, limit, request, arrived, |orders| {
            around(side, orders, below)
        })
    }

    /// With another interceptor further out.
    pub(crate) fn inside(
        outer: impl Interceptor,
        kind: CallKind,
        side: Side,
        limit: usize,
        request: Body,
    ) -> Self {
        let (below, arrived) = handing();
        Self::with(kind, limit, request, arrived, |orders| {
            around(side, (outer, orders), below)
        })
    }

    pub(crate) fn with(
        kind: CallKind,
        limit: usize,
        request: Body,
        arrived: mpsc::UnboundedReceiver<Arrived>,
        service: impl FnOnce(Orders) -> Svc,
    ) -> Self {
        let (orders, receiver) = mpsc::unbounded_channel();
        let service = service(Orders {
            limit,
            receiver: Arc::new(Mutex::new(Some(receiver))),
        });
        let request = Request::post(format!("http://peer.test{}", path(kind)))
            .version(http::Version::HTTP_2)
            .header("x-original", "yes")
            .header("content-type", "application/grpc")
            .extension("original")
            .body(request)
            .unwrap();
        let call = tokio::spawn(service.oneshot(request));
        Self {
            orders,
            arrived,
            call,
        }
    }

    async fn order<R>(&self, order: impl FnOnce(oneshot::Sender<R>) -> Order) -> R {
        let (tell, told) = oneshot::channel();
        assert!(self.orders.send(order(tell)).is_ok());
        told.await.unwrap()
    }

    /// One more attempt, once it arrived; if there is one.
    pub(crate) async fn attempt(&mut self) -> Option<Arrived> {
        let begins = self.order(Order::Attempt).await;
        if begins {
            self.arrived.recv().await
        } else {
            None
        }
    }

    pub(crate) async fn restart(&mut self) -> Option<Arrived> {
        let begins = self.order(Order::Restart).await;
        if begins {
            self.arrived.recv().await
        } else {
            None
        }
    }

    /// One more attempt, of which only the request's body is read.
    pub(crate) async fn reader(&mut self) -> Reader {
        self.attempt().await.unwrap().into_reader()
    }

    pub(crate) async fn bytes(&self) -> usize {
        self.order(Order::Bytes).await
    }

    pub(crate) async fn commit(&self) {
        self.order(Order::Commit).await;
    }

    pub(crate) async fn cancel(&self) {
        self.order(Order::Cancel).await;
    }

    /// What the call comes to, when there are no more orders.
    pub(crate) async fn outcome(self) -> Outcome {
        drop(self.orders);
        self.call.await.unwrap()
    }
}

impl Arrived {
    /// Leaves the answer open for ever.
    pub(crate) fn into_reader(self) -> Reader {
        std::mem::forget(self.answer);
        self.reader
    }
}

/// A service that hands the requests it gets to the test, and waits for its answers.
pub(crate) fn handing() -> (Svc, mpsc::UnboundedReceiver<Arrived>) {
    let (sender, arrived) = mpsc::unbounded_channel();
    let below = service(move |request| {
        let (answer, answered) = oneshot::channel();
        let (parts, body) = request.into_parts();
        let reader = Reader::new(body);
        let arrived = Arrived {
            parts,
            reader,
            answer,
        };
        let is_sent = sender.send(arrived).is_ok();
        async move {
            assert!(is_sent);
            answered.await?
        }
    });
    (below, arrived)
}
