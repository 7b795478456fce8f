//! A client that counts its calls without an atomic: it stays on one thread, and so does each call of it.

#[path = "shared/mod.rs"]
mod shared;

use std::{
    cell::Cell,
    rc::Rc,
    task::{Context, Poll},
};

use testproto::echo::echo_client::EchoClient;
use tonic::transport::Channel;
use tower::Service;

#[derive(Clone, Debug)]
struct Counted {
    channel: Channel,
    calls: Rc<Cell<u32>>,
}

impl<R> Service<R> for Counted
where
    Channel: Service<R>,
{
    type Response = <Channel as Service<R>>::Response;
    type Error = <Channel as Service<R>>::Error;
    type Future = <Channel as Service<R>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.channel.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.calls.set(self.calls.get() + 1);
        self.channel.call(request)
    }
}

const _: () = shared::held::<EchoClient<Counted>>();

fn main() {}
