//! Tests of what observers see: each way in which a call can end, in all four call types, on both sides.

mod ends;
mod generated;
mod messages;
mod panics;
mod peer;
mod recorder;
mod run;
mod several;
mod start;

use super::*;
use std::sync::Arc;

use peer::{Peer, Then, wire};
use recorder::Recorder;
use run::{Caller, Case, cases, run, send};

const _: () = {
    const fn assert_shared<T: Clone + Send + Sync + 'static>() {}
    assert_shared::<Observe<Recorder>>();
    assert_shared::<Observe<(Recorder, Arc<Recorder>)>>();
};
