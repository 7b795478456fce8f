//! Callers that call what they like, and leave when they like.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use interceptor_core::CallKind;
use testproto::echo::echo_client::EchoClient;

use crate::{
    random::Random,
    support::{
        Svc,
        caller::{Ask, Outcome, ask},
    },
};

/// No call may hang for longer, whatever becomes of its connection.
const PATIENCE: Duration = Duration::from_secs(20);
/// Behind this, another call is made on the channel of one that has not ended.
const NUDGE: Duration = Duration::from_secs(5);

pub(crate) async fn call_for(time: Duration, service: Svc, seed: u64) {
    let (began, mut random) = (Instant::now(), Random::new(seed));
    let mut client = EchoClient::new(service);
    while began.elapsed() < time {
        one_call(&mut client, &mut random).await;
    }
}

async fn one_call(client: &mut EchoClient<Svc>, random: &mut Random) {
    let kind = CallKind::ALL[usize::try_from(random.below(4)).unwrap()];
    let others = client.clone();
    let call = ask(client, kind, question(random));
    if random.one_in(4) {
        // The caller leaves.
        let _ = tokio::time::timeout(Duration::from_micros(random.below(2000)), call).await;
        return;
    }
    let call = std::pin::pin!(call);
    let outcome = tokio::time::timeout(PATIENCE, ended(call, others)).await;
    assert!(outcome.is_ok(), "a {kind} call hangs");
}

/// Waits for a call, and makes another one if it takes long.
///
/// A call that bare tonic hands to a connection in the moment that it breaks can be left in hyper's queue for it, because
/// tokio's channel does not drain what is being sent while its receiver is dropped. It ends, as cancelled, when the next
/// call makes the channel connect anew and drop that queue. A call that is lost in a chain would not.
async fn ended(mut call: Pin<&mut impl Future<Output = Outcome>>, mut others: EchoClient<Svc>) {
    if tokio::time::timeout(NUDGE, &mut call).await.is_err() {
        let nudge = ask(&mut others, CallKind::UnaryUnary, Ask::of(&["hello"]));
        let _ = tokio::join!(call, tokio::time::timeout(NUDGE, nudge));
    }
}

fn question(random: &mut Random) -> Ask {
    let first = match random.below(8) {
        0 => format!("fail:{}", 1 + random.below(16)),
        1 => format!("fail-after:{}:{}", random.below(4), 1 + random.below(16)),
        2 => "silent".to_owned(),
        3 => format!("big:{}", random.below(200_000)),
        _ => "hello".to_owned(),
    };
    let more = (0..random.below(5)).map(|_| "again");
    let texts: Vec<_> = std::iter::once(&*first).chain(more).collect();
    let mut question = Ask::of(&texts);
    if random.one_in(5) {
        let timeout = format!("{}m", 1 + random.below(300));
        question
            .metadata
            .insert("grpc-timeout", timeout.parse().unwrap());
    }
    if random.one_in(3) {
        question.metadata.insert("x-live", "yes".parse().unwrap());
    }
    question
}
