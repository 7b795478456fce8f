//! Tests of what observers see: each way in which a call can end, in all four call types, on both sides.

mod ends;
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
