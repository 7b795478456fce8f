//! Code that blocks, inside a runtime of one thread.

use futures_util::future::join_all;
use grpc_interceptor::prelude::*;
use tonic::Code;

use interceptor_test::laws::scene::{Chain, Scene};
use interceptor_test::laws::world::World;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        body::{Read, answer, data, ok},
        caller::call,
        net::Transport,
        service,
    },
};

/// More than the pool has threads.
const AT_ONCE: usize = 16;

/// A definition without `async`.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Blocks;

impl Blocks {
    #[expect(clippy::unused_self, reason = "the form of a definition")]
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

pub(super) fn ours() -> Vec<Subject> {
    vec![Subject::inside("a sync definition", Blocks)]
}

pub(super) fn in_real_time(cell: Cell) -> Option<&'static str> {
    let is_paused = cell.transport == Transport::Duplex;
    is_paused.then_some("time is paused, and passes while a thread works")
}

/// P34: what blocks does not block the runtime, nor panics in it.
pub(super) async fn one_thread(cell: Cell, scene: &Scene) -> Verdict {
    let handler = service(|request| async move {
        Read::to_end(request.into_body()).await;
        Ok(answer([data("x"), ok()]))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    scene.visit();
    let calls = (0..AT_ONCE).map(|_| call(&world.caller, cell.kind, &["a"]));
    for outcome in join_all(calls).await {
        ensure(outcome.code() == Code::Ok, || {
            format!("a call ended with {:?}", outcome.status)
        })?;
    }
    Ok(())
}
