//! A server over loopback TCP, and what connects to it.

use std::{net::SocketAddr, sync::mpsc, thread};

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::transport::{Channel, Endpoint, Server, server::Router};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};
use tokio_stream::wrappers::TcpListenerStream;

/// A server that ends with this.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Served {
    /// Serves on a runtime and a thread of its own.
    pub(crate) fn start(
        runtime: Runtime,
        routes: impl FnOnce() -> Router + Send + 'static,
    ) -> Self {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        thread::spawn(move || {
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let incoming = TcpListenerStream::new(listener);
                let stopped = async { drop(stopped.await) };
                tokio::select! {
                    served = routes().serve_with_incoming(incoming) => served.unwrap(),
                    () = stopped => {}
                }
            });
        });
        let address = told.recv().unwrap();
        Self {
            address,
            _stop: stop,
        }
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A channel that connects when it is used; on the runtime that this is called in.
    pub(crate) fn channel(&self) -> Channel {
        Endpoint::from_shared(self.uri()).unwrap().connect_lazy()
    }
}

pub(crate) fn current_thread() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().thread_name("worker").build().unwrap()
}

pub(crate) fn multi_thread() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let builder = builder.worker_threads(2).enable_all();
    builder.thread_name("worker").build().unwrap()
}

pub(crate) fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

/// A server with a chain around its one service.
pub(crate) fn intercepted<C, S>(chain: C, service: S) -> impl FnOnce() -> Router + Send + 'static
where
    C: Interceptor,
    S: testproto::echo::echo_server::Echo,
{
    move || {
        let layer = ServerLayer::new(chain, &methods()).unwrap();
        let service = testproto::echo::echo_server::EchoServer::new(service);
        Server::builder().add_service(grpc_interceptor::tonic::service::LayerExt::named_layer(
            &layer, service,
        ))
    }
}
