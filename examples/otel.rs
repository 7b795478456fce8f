//! Spans and metrics of one call, through a client that tries twice and a server that fails once, as OpenTelemetry has them.
//!
//! Run it: `cargo run --example otel`
//!
//! There is no network in it, and no collector: the client sits right on top of the server's chain, and the exporters print.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/exporters.rs"]
mod exporters;
#[path = "shared/late.rs"]
mod late;

use std::{error::Error, time::Duration};

use grpc_interceptor::policy::{Backoff, RetryPolicy};
use grpc_interceptor::prelude::*;
use grpc_interceptor::retry::Retry;
use interceptor_otel::{
    metrics::GrpcMetrics,
    trace::{AttemptSpans, Spans},
};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::{
    metrics::{PeriodicReader, SdkMeterProvider},
    trace::SdkTracerProvider,
};
use testproto::helloworld::{
    HelloRequest, greeter_client::GreeterClient, greeter_server::GreeterServer,
};
use tracing_subscriber::prelude::*;

const METHOD: &str = "/helloworld.Greeter/SayHello";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tracers = SdkTracerProvider::builder()
        .with_simple_exporter(exporters::Tree::default())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("example"));
    tracing_subscriber::registry().with(layer).init();
    let reader = PeriodicReader::builder(exporters::Lines).build();
    let meters = SdkMeterProvider::builder().with_reader(reader).build();

    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let metrics = GrpcMetrics::builder(&meters)
        .target("in-process:hello")
        .retries()
        .build()?;
    let server = (Spans::new(), metrics.calls());
    let server =
        ServerLayer::new(server, &methods)?.layer(GreeterServer::new(late::Hello::default()));

    let backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(5), 1.0)?;
    let retry = Retry::new().policy(METHOD, RetryPolicy::new(3, backoff, [Code::Unavailable])?)?;
    let calls = (Spans::new(), metrics.calls());
    let attempts = (AttemptSpans::new(), metrics.attempts());
    let client = ClientLayer::new((calls, retry, attempts), &methods)?;

    let mut client = GreeterClient::new(client.layer(server));
    let name = "Ada".to_owned();
    let reply = client.say_hello(HelloRequest { name }).await?;
    println!("{}", reply.into_inner().message);
    tracers.shutdown()?;
    meters.shutdown()?;
    Ok(())
}
