//! The metrics of `grpc-interceptor` where a program has its others.
//!
//! | feature | default | what it is |
//! |---|---|---|
//! | `endpoint` | yes | `Endpoint`: an address of its own where Prometheus reads them, in one line |
//! | `prometheus` | | `PrometheusCollector`: into a registry of the crate `prometheus` |
//! | `prometheus-client` | | `PrometheusClientCollector`: into a registry of the crate `prometheus-client` |
//! | `metrics` | | `FacadeRecorder`: into the recorder of the facade `metrics` |
//!
//! The collectors read a [`Registry`](interceptor_kit::metrics::Registry) when they are asked, so a call costs what it
//! costs without them. The facade has nothing to be asked by: there each number is handed on as it comes.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "prometheus-client")]
mod client;
#[cfg(feature = "prometheus")]
mod collector;
#[cfg(feature = "endpoint")]
mod endpoint;
#[cfg(feature = "metrics")]
mod facade;

#[cfg(feature = "prometheus-client")]
pub use client::PrometheusClientCollector;
#[cfg(feature = "prometheus")]
pub use collector::PrometheusCollector;
#[cfg(feature = "endpoint")]
pub use endpoint::{Endpoint, Source};
#[cfg(feature = "metrics")]
pub use facade::FacadeRecorder;

/// Compiles the example of the README.
#[cfg(all(doctest, feature = "endpoint"))]
#[doc = include_str!("../README.md")]
struct Readme;
