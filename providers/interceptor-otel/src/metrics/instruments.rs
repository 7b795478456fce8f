//! Instruments of a meter: none for those that are off.

use interceptor_core::tonic::Code;
use opentelemetry::{
    KeyValue, StringValue,
    metrics::{Counter, Histogram, Meter},
};

use super::names::{self, Instrument};

/// Which are on, and the meter that has them.
pub(super) struct Maker<'a> {
    pub(super) meter: &'a Meter,
    pub(super) is_on: &'a dyn Fn(&Instrument) -> bool,
}

/// What a call of a server, or an attempt of a client, is measured by.
#[derive(Debug)]
pub(super) struct Traffic {
    pub(super) started: Option<Counter<u64>>,
    pub(super) sent: Option<Histogram<u64>>,
    pub(super) received: Option<Histogram<u64>>,
    pub(super) duration: Option<Histogram<f64>>,
}

/// What a call of a client is measured by.
#[derive(Debug)]
pub(super) struct OfCall {
    pub(super) duration: Option<Histogram<f64>>,
    pub(super) retries: Option<Histogram<u64>>,
    pub(super) transparent_retries: Option<Histogram<u64>>,
    pub(super) hedges: Option<Histogram<u64>>,
    pub(super) retry_delay: Option<Histogram<f64>>,
}

// === impl Traffic ===

impl Traffic {
    pub(super) fn of_attempts(maker: &Maker<'_>) -> Self {
        Self {
            started: maker.counter(&names::ATTEMPT_STARTED),
            sent: maker.whole(&names::ATTEMPT_SENT),
            received: maker.whole(&names::ATTEMPT_RECEIVED),
            duration: maker.seconds(&names::ATTEMPT_DURATION),
        }
    }

    pub(super) fn of_server(maker: &Maker<'_>) -> Self {
        Self {
            started: maker.counter(&names::SERVER_STARTED),
            sent: maker.whole(&names::SERVER_SENT),
            received: maker.whole(&names::SERVER_RECEIVED),
            duration: maker.seconds(&names::SERVER_DURATION),
        }
    }
}

// === impl OfCall ===

impl OfCall {
    pub(super) fn new(maker: &Maker<'_>) -> Self {
        Self {
            duration: maker.seconds(&names::CLIENT_DURATION),
            retries: maker.whole(&names::CALL_RETRIES),
            transparent_retries: maker.whole(&names::CALL_TRANSPARENT_RETRIES),
            hedges: maker.whole(&names::CALL_HEDGES),
            retry_delay: maker.seconds(&names::CALL_RETRY_DELAY),
        }
    }

    /// Whether the call's attempts have to be counted.
    pub(super) fn counts_attempts(&self) -> bool {
        let counts = [&self.retries, &self.transparent_retries, &self.hedges];
        counts.iter().any(|count| count.is_some()) || self.retry_delay.is_some()
    }
}

// === impl Maker ===

impl Maker<'_> {
    fn counter(&self, of: &Instrument) -> Option<Counter<u64>> {
        (self.is_on)(of).then(|| {
            let builder = self.meter.u64_counter(of.name);
            builder
                .with_unit(of.unit)
                .with_description(of.description)
                .build()
        })
    }

    fn whole(&self, of: &Instrument) -> Option<Histogram<u64>> {
        (self.is_on)(of).then(|| {
            let builder = self.meter.u64_histogram(of.name).with_unit(of.unit);
            let builder = builder.with_boundaries(of.bounds.to_vec());
            builder.with_description(of.description).build()
        })
    }

    fn seconds(&self, of: &Instrument) -> Option<Histogram<f64>> {
        (self.is_on)(of).then(|| {
            let builder = self.meter.f64_histogram(of.name).with_unit(of.unit);
            let builder = builder.with_boundaries(of.bounds.to_vec());
            builder.with_description(of.description).build()
        })
    }
}

pub(super) fn method(name: StringValue) -> KeyValue {
    KeyValue::new("grpc.method", name)
}

pub(super) fn target(name: StringValue) -> KeyValue {
    KeyValue::new("grpc.target", name)
}

pub(super) fn status(code: Code) -> KeyValue {
    KeyValue::new("grpc.status", crate::code::name(code))
}
