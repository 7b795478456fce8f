//! Servers that are started anew, and connections that are cut.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::Uri;
use hyper_util::rt::TokioIo;
use interceptor_core::{ClientLayer, Side};
use tokio::task::{AbortHandle, JoinHandle};
use tonic::transport::Endpoint;

use crate::{
    chain::{Sides, chain},
    random::Random,
    support::{
        Svc, around,
        echo::Echo,
        erase, methods,
        net::{self, Incoming},
    },
};

/// How often something is done to the servers.
const PERIOD: Duration = Duration::from_millis(50);
/// What a connection holds on its way.
const PIPE_BYTES: usize = 1 << 16;

/// The server of the moment, and the connections to it.
#[derive(Clone)]
struct Now(Arc<Mutex<Life>>);

struct Life {
    incoming: Incoming,
    /// What carries the bytes of each connection.
    carriers: Vec<AbortHandle>,
}

pub(crate) struct Servers {
    now: Now,
    trouble: JoinHandle<()>,
}

impl Servers {
    pub(crate) fn start(sides: &Sides, seed: u64) -> Self {
        let service = around(Side::Server, chain(&sides.server), Echo::new().routes());
        let life = Life {
            incoming: net::serve(service.clone()),
            carriers: Vec::new(),
        };
        let now = Now(Arc::new(Mutex::new(life)));
        let trouble = tokio::spawn(make_trouble(now.clone(), service, Random::new(seed)));
        Self { now, trouble }
    }

    /// tonic's channel with a chain, to whichever server there is.
    pub(crate) fn client(&self, sides: &Sides) -> Svc {
        let now = self.now.clone();
        let connect = move |_: Uri| std::future::ready(now.connect());
        let channel = Endpoint::from_static("http://peer.test")
            .connect_with_connector_lazy(tower::service_fn(connect));
        erase(
            ClientLayer::new(chain(&sides.client), &methods())
                .unwrap()
                .layer(channel),
        )
    }

    pub(crate) async fn stop(self) {
        self.trouble.abort();
        let _ = self.trouble.await;
        self.now.cut(|_| true);
    }
}

/// Cuts some connections, or all of them together with their server.
async fn make_trouble(now: Now, service: Svc, mut random: Random) {
    let mut tick = tokio::time::interval(PERIOD);
    loop {
        tick.tick().await;
        if random.one_in(10) {
            now.restart(service.clone());
        } else {
            now.cut(|_| random.one_in(40));
        }
    }
}

impl Now {
    fn connect(&self) -> Result<TokioIo<tokio::io::DuplexStream>, std::io::Error> {
        let (ours, mut near) = tokio::io::duplex(PIPE_BYTES);
        let (mut far, theirs) = tokio::io::duplex(PIPE_BYTES);
        let mut life = self.0.lock().unwrap();
        life.incoming
            .send(Ok(theirs))
            .map_err(std::io::Error::other)?;
        let carrier = tokio::spawn(async move {
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
        life.carriers.retain(|carrier| !carrier.is_finished());
        life.carriers.push(carrier.abort_handle());
        Ok(TokioIo::new(ours))
    }

    fn cut(&self, mut which: impl FnMut(&AbortHandle) -> bool) {
        let mut life = self.0.lock().unwrap();
        life.carriers
            .extract_if(.., |carrier| which(carrier))
            .for_each(|carrier| carrier.abort());
    }

    /// The old one ends when nobody can connect to it any more, and its connections are cut.
    fn restart(&self, service: Svc) {
        self.cut(|_| true);
        self.0.lock().unwrap().incoming = net::serve(service);
    }
}
