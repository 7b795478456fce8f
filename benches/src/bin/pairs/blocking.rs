//! Code that blocks, over TCP on this machine: beside the same with `async`, or beside what one would write by hand.

use std::{sync::Arc, thread, time::Instant};

use grpc_interceptor::prelude::*;
use grpc_interceptor_benches::{
    families::stack::{client, server},
    interceptors::Pass,
};
use testproto::echo::echo_client::EchoClient;
use tokio::runtime::Runtime;

use crate::{
    Both, Slice,
    loopback::{AT_ONCE, CALLS, bare, calls, connect, echo, request, start},
};

/// Hands each call on, from a thread of the pool.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone, Copy)]
struct Blocks;

impl Blocks {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self,
        reason = "the form of a definition"
    )]
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

/// One definition on each side, without `async` and with it.
pub(crate) fn definition() -> Both {
    let runtime = start();
    let channel = connect(&runtime, server(Blocks, echo()));
    let of = calls(&runtime, client(Blocks, channel));
    let channel = connect(&runtime, server(Pass, echo()));
    (of, calls(&runtime, client(Pass, channel)))
}

/// Threads that call through `blocking::Client`, and threads that do `block_on` with tonic's own client.
pub(crate) fn caller() -> Both {
    let runtime = start();
    let channel = blocking::Channel::of(bare(&runtime), runtime.handle().clone());
    let ours = channel.client(EchoClient::new);
    let of = threads(&runtime, move |_, times| {
        let mut client = ours.clone();
        for _ in 0..times {
            let reply = client.unary(EchoClient::unary_echo, request());
            reply.expect("a reply");
        }
    });
    let channel = bare(&runtime);
    let against = threads(&runtime, move |runtime, times| {
        let mut client = EchoClient::new(channel.clone());
        for _ in 0..times {
            let reply = runtime.block_on(client.unary_echo(request()));
            reply.expect("a reply");
        }
    });
    (of, against)
}

/// Has the calls made by so many threads at once, each its part of a slice.
fn threads(runtime: &Arc<Runtime>, work: impl Fn(&Runtime, u32) + Sync + 'static) -> Slice {
    let runtime = runtime.clone();
    Box::new(move || {
        let started = Instant::now();
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| work(&runtime, CALLS / AT_ONCE));
            }
        });
        started.elapsed()
    })
}
