//! The client: calls through a chain of all that may make another attempt.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use grpc_interceptor::{
    ClientLayer, ConfigError, InterceptedClient, Methods, Observe,
    deadline::Deadline,
    hedge::Hedge,
    policy::{Jitter, RetryThrottling, Throttle},
    retry::Retry,
};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient};
use tokio::time::{Instant, sleep, timeout};
use tonic::{Request, Status};

use crate::{
    ledger::{Ending, Ledger, Tally},
    net::RoundRobin,
    plan::{Kind, Plan, Policies},
    server::{CALL_ID, CALM},
};

type Chain = (Observe<Tally>, Deadline, Hedge, Retry, Observe<Tally>);
type Client = EchoClient<InterceptedClient<RoundRobin, Chain>>;

/// Timers have whole milliseconds, and the clock of a machine goes on in ticks of one.
const SLACK: Duration = Duration::from_millis(10);
const MAX_TOKENS: f64 = 100.0;

/// What the client is made of, to be looked at when it is done.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) calls: Tally,
    pub(crate) attempts: Tally,
    pub(crate) ledger: Ledger,
    retry: Retry,
    hedge: Hedge,
    throttle: Throttle,
    policies: Policies,
}

/// Where the two sides of a simulation wait for each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phase {
    pub(crate) storm_is_over: Arc<AtomicBool>,
    pub(crate) network_is_whole: Arc<AtomicBool>,
}

/// # Panics
///
/// If the descriptors of this repository's own services cannot be read.
pub(crate) fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).expect("our own descriptors")
}

// === impl Parts ===

impl Parts {
    /// # Panics
    ///
    /// Never: the throttle's numbers are within their bounds.
    pub(crate) fn new(seed: u64, ledger: Ledger) -> Self {
        let throttling = RetryThrottling::new(MAX_TOKENS, 1.0).expect("a throttle");
        let throttle = Throttle::new(throttling);
        Self {
            calls: Tally::default(),
            attempts: Tally::default(),
            ledger,
            retry: Retry::new()
                .throttle(throttle.clone())
                .jitter(Jitter::seeded(seed)),
            hedge: Hedge::new().throttle(throttle.clone()),
            throttle,
            policies: Policies::new(),
        }
    }

    fn client(&self) -> Result<Client, ConfigError> {
        let chain = (
            Observe::new(self.calls.clone()),
            Deadline::new(),
            self.hedge.clone(),
            self.retry.clone(),
            Observe::new(self.attempts.clone()),
        );
        let layer = ClientLayer::new(chain, &methods())?;
        Ok(EchoClient::new(layer.layer(RoundRobin::new())))
    }

    /// All calls: those of the storm, and when the network is whole again, as many as give all tokens back.
    pub(crate) async fn run(self, seed: u64, size: crate::Size, phase: Phase) -> turmoil::Result {
        let client = self.client()?;
        let storm = u64::from(size.calls * crate::CALL_TYPES);
        let calls = (0..storm).map(|id| Plan::in_storm(seed, id));
        self.all(&client, calls, size.callers, false).await?;
        phase.storm_is_over.store(true, Relaxed);
        while !phase.network_is_whole.load(Relaxed) {
            sleep(Duration::from_millis(1)).await; // paused time, as all here
        }
        sleep(Duration::from_secs(1)).await; // paused time: until dead connections are known to be
        let (warm, calm) = (storm + 12, storm + 132);
        // tonic keeps an error of connecting for the next call, however late that comes
        self.all(&client, (storm..warm).map(Plan::in_calm), 1, false)
            .await?;
        self.all(&client, (warm..calm).map(Plan::in_calm), size.callers, true)
            .await?;
        sleep(Duration::from_secs(1)).await; // paused time: until what was cancelled is gone
        self.check()
    }

    async fn all(
        &self,
        client: &Client,
        plans: impl Iterator<Item = Plan>,
        at_once: u32,
        calm: bool,
    ) -> turmoil::Result {
        stream::iter(plans.map(Ok))
            .try_for_each_concurrent(at_once as usize, async |plan| {
                let ending = self.one(client.clone(), plan, calm).await?;
                if calm && ending != Ending::Answered {
                    return Err(format!("in the calm: {plan:?} {ending:?}").into());
                }
                Ok(())
            })
            .await
    }

    async fn one(&self, client: Client, plan: Plan, calm: bool) -> Result<Ending, String> {
        self.ledger.begins(&plan);
        let began = Instant::now();
        let patience = plan.patience.unwrap_or(Duration::MAX);
        let ending = match timeout(patience, self.call(client, plan, calm)).await {
            Err(_) => Ending::Abandoned,
            Ok(Err(status)) => Ending::Failed(status.code()),
            Ok(Ok(replies)) => {
                as_asked(plan, &replies)?;
                Ending::Answered
            }
        };
        let took = began.elapsed();
        if took > plan.deadline + SLACK {
            return Err(format!("{plan:?} took {took:?}: {ending:?}"));
        }
        self.ledger.ended(&plan, ending);
        Ok(ending)
    }

    async fn call(
        &self,
        mut client: Client,
        plan: Plan,
        calm: bool,
    ) -> Result<Vec<EchoReply>, Status> {
        match plan.kind {
            Kind::UnaryUnary => {
                let request = self.request(plan, calm, message(0, 0));
                Ok(vec![client.unary_echo(request).await?.into_inner()])
            }
            Kind::UnaryStream => {
                let request = self.request(plan, calm, message(0, plan.messages));
                let replies = client.server_stream(request).await?;
                replies.into_inner().try_collect().await
            }
            Kind::StreamUnary => {
                let request = self.request(plan, calm, messages(plan));
                Ok(vec![client.client_stream(request).await?.into_inner()])
            }
            Kind::StreamStream => {
                let request = self.request(plan, calm, messages(plan));
                let replies = client.bidi_stream(request).await?;
                replies.into_inner().try_collect().await
            }
        }
    }

    fn request<T>(&self, plan: Plan, calm: bool, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(plan.deadline);
        request.metadata_mut().insert(CALL_ID, plan.id.into());
        if calm {
            request.metadata_mut().insert(CALM, 1.into());
        }
        if let Some(policy) = self.policies.of(plan.mode) {
            request.extensions_mut().insert(policy);
        }
        request
    }

    /// Nothing is kept, and all tokens are there.
    fn check(&self) -> turmoil::Result {
        let kept = (self.retry.buffered_bytes(), self.hedge.buffered_bytes());
        if kept != (0, 0) {
            return Err(format!("retry and hedge keep {kept:?} bytes").into());
        }
        let tokens = self.throttle.tokens();
        if (tokens - MAX_TOKENS).abs() > f64::EPSILON {
            return Err(format!("{tokens} tokens of {MAX_TOKENS}").into());
        }
        Ok(())
    }
}

fn message(index: u32, count: u32) -> EchoRequest {
    EchoRequest {
        text: index.to_string(),
        count,
        ..EchoRequest::default()
    }
}

fn messages(plan: Plan) -> impl Stream<Item = EchoRequest> + Send + 'static {
    stream::iter(0..plan.messages).then(move |index| async move {
        sleep(plan.pause).await; // paused time
        message(index, 0)
    })
}

/// Asks that the answer is that of the whole request.
fn as_asked(plan: Plan, replies: &[EchoReply]) -> Result<(), String> {
    let said: Vec<_> = replies
        .iter()
        .map(|reply| (reply.text.clone(), reply.index))
        .collect();
    let all = 0..plan.messages;
    let expected: Vec<_> = match plan.kind {
        Kind::UnaryUnary => vec![("0".to_owned(), 0)],
        Kind::UnaryStream => all.map(|index| ("0".to_owned(), index)).collect(),
        Kind::StreamUnary => {
            let texts: Vec<_> = all.map(|index| index.to_string()).collect();
            vec![(texts.join(" "), plan.messages)]
        }
        Kind::StreamStream => all.map(|index| (index.to_string(), index)).collect(),
    };
    if said == expected {
        return Ok(());
    }
    Err(format!("{plan:?} was answered with {said:?}"))
}
