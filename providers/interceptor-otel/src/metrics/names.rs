//! The instruments of gRFC A66 and A96.

/// An instrument, as the gRFC has it.
pub(super) struct Instrument {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) description: &'static str,
    pub(super) bounds: &'static [f64],
    /// Whether it is there unless somebody says otherwise.
    pub(super) is_default: bool,
}

/// In seconds.
pub(super) const LATENCY: [f64; 41] = [
    0.0, 0.000_01, 0.000_05, 0.000_1, 0.000_3, 0.000_6, 0.000_8, 0.001, 0.002, 0.003, 0.004, 0.005,
    0.006, 0.008, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16,
    0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];

/// In bytes.
pub(super) const SIZE: [f64; 14] = [
    0.0,
    1024.0,
    2048.0,
    4096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
    1_073_741_824.0,
    4_294_967_296.0,
];

const RETRIES: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];
const TRANSPARENT_RETRIES: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 10.0];

const fn a66(
    name: &'static str,
    unit: &'static str,
    bounds: &'static [f64],
    description: &'static str,
) -> Instrument {
    Instrument {
        name,
        unit,
        description,
        bounds,
        is_default: true,
    }
}

const fn a96(
    name: &'static str,
    unit: &'static str,
    bounds: &'static [f64],
    description: &'static str,
) -> Instrument {
    let is_default = false; // it says that they are experimental
    Instrument {
        is_default,
        ..a66(name, unit, bounds, description)
    }
}

pub(super) const ATTEMPT_STARTED: Instrument = a66(
    "grpc.client.attempt.started",
    "{attempt}",
    &[],
    "Number of client call attempts started",
);
pub(super) const ATTEMPT_DURATION: Instrument = a66(
    "grpc.client.attempt.duration",
    "s",
    &LATENCY,
    "Time taken to complete a client call attempt",
);
pub(super) const ATTEMPT_SENT: Instrument = a66(
    "grpc.client.attempt.sent_total_compressed_message_size",
    "By",
    &SIZE,
    "Compressed message bytes sent per client call attempt",
);
pub(super) const ATTEMPT_RECEIVED: Instrument = a66(
    "grpc.client.attempt.rcvd_total_compressed_message_size",
    "By",
    &SIZE,
    "Compressed message bytes received per call attempt",
);
pub(super) const CLIENT_DURATION: Instrument = a66(
    "grpc.client.call.duration",
    "s",
    &LATENCY,
    "Time taken by gRPC to complete an RPC from application's perspective",
);
pub(super) const SERVER_STARTED: Instrument = a66(
    "grpc.server.call.started",
    "{call}",
    &[],
    "Number of server calls started",
);
pub(super) const SERVER_SENT: Instrument = a66(
    "grpc.server.call.sent_total_compressed_message_size",
    "By",
    &SIZE,
    "Compressed message bytes sent per server call",
);
pub(super) const SERVER_RECEIVED: Instrument = a66(
    "grpc.server.call.rcvd_total_compressed_message_size",
    "By",
    &SIZE,
    "Compressed message bytes received per server call",
);
pub(super) const SERVER_DURATION: Instrument = a66(
    "grpc.server.call.duration",
    "s",
    &LATENCY,
    "End-to-end time taken to complete a call from server transport's perspective",
);
pub(super) const CALL_RETRIES: Instrument = a96(
    "grpc.client.call.retries",
    "{retry}",
    &RETRIES,
    "Number of retries during the client call",
);
pub(super) const CALL_TRANSPARENT_RETRIES: Instrument = a96(
    "grpc.client.call.transparent_retries",
    "{transparent_retry}",
    &TRANSPARENT_RETRIES,
    "Number of transparent retries during the client call",
);
pub(super) const CALL_HEDGES: Instrument = a96(
    "grpc.client.call.hedges",
    "{hedge}",
    &RETRIES,
    "Number of hedges during the client call",
);
pub(super) const CALL_RETRY_DELAY: Instrument = a96(
    "grpc.client.call.retry_delay",
    "s",
    &LATENCY,
    "Total time of delay while there is no active attempt during the client call",
);

pub(super) const ALL: [&Instrument; 13] = [
    &ATTEMPT_STARTED,
    &ATTEMPT_DURATION,
    &ATTEMPT_SENT,
    &ATTEMPT_RECEIVED,
    &CLIENT_DURATION,
    &SERVER_STARTED,
    &SERVER_SENT,
    &SERVER_RECEIVED,
    &SERVER_DURATION,
    &CALL_RETRIES,
    &CALL_TRANSPARENT_RETRIES,
    &CALL_HEDGES,
    &CALL_RETRY_DELAY,
];
