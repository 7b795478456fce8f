//! What the harness has, which tests keep in variables and hand to tasks.

use std::fmt::Debug;

use grpc_interceptor::{Identity, Interceptor, tonic::body::Body};
use interceptor_test::{
    Attempt, CallerScript, Case, EndStream, Ending, Event, Failure, Harness, Moment, Outcome, Peer,
    Probe, Random, Readiness, ReadyProbe, Recorder, RequestEnd, ResponseEnd, Script, ScriptedBody,
    SideBySide, Timeline, What, Who, WireMessage,
    laws::{Broken, Report},
};

held!(INTERCEPTORS: Interceptor, Clone, Debug =>
    Recorder,
);

held!(DATA: Clone, Debug, Send, Sync, Unpin =>
    Attempt,
    CallerScript,
    Case,
    EndStream,
    Ending,
    Event,
    Failure,
    Moment,
    Outcome,
    Peer,
    Probe,
    Random,
    Readiness,
    RequestEnd,
    ResponseEnd,
    Script,
    SideBySide,
    Timeline,
    What,
    Who,
    WireMessage,
);

held!(OF_A_TEST: Debug, Send, Sync =>
    Broken,
    Harness<Identity>,
    Report,
);

held!(SERVICES: Debug, Send =>
    ReadyProbe<Vec<Body>>,
    ScriptedBody,
);

/// What is a trait.
const TRAITS: &[&str] = &["IntoStatus"];

pub(super) const LISTS: [&[&str]; 5] = [INTERCEPTORS, DATA, OF_A_TEST, SERVICES, TRAITS];
