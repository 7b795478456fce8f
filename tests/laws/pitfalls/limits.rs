//! P27: limits of message sizes hold with a layer as without, and end in the same code.

use interceptor_test::laws::{
    scene::{Chain, Scene},
    world::World,
};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::Code;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    support::{
        caller::{Ask, ask},
        echo::{Echo, routes_of},
    },
};

const LIMIT: usize = 4096;

/// Over the limit of who reads: the server's for requests, the client's for replies.
pub(crate) async fn hold(cell: Cell, scene: &Scene) -> Verdict {
    let server = EchoServer::new(Echo::new()).max_decoding_message_size(LIMIT);
    let world = World::new(scene, Chain::default(), routes_of(server)).await;
    let mut client = EchoClient::new(world.caller.clone()).max_decoding_message_size(LIMIT);
    let (request, reply) = ("a".repeat(LIMIT + 1), format!("big:{}", LIMIT + 1));
    let asked = [
        (&*request, Code::OutOfRange),
        (&*reply, Code::OutOfRange),
        ("small", Code::Ok),
    ];
    for (text, code) in asked {
        scene.visit();
        let outcome = ask(&mut client, cell.kind, Ask::of(&[text])).await;
        ensure(outcome.code() == code, || {
            let (told, why) = (outcome.code(), outcome.text());
            format!("{text:.8} comes to {told:?}, and not to {code:?}: {why}")
        })?;
    }
    Ok(())
}
