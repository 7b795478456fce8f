//! Tests of the table, of reading it from descriptors, and of patterns.

use super::*;
use crate::error::{Candidates, ConfigError, Kind};

mod descriptor_set;
mod errors;
mod pattern;
#[cfg(feature = "reflect")]
mod redact;
#[cfg(feature = "reflect")]
mod reflect;
mod table;

const PATH: &str = "/shop.v1.Orders/Create";

fn one(path: &str, kind: CallKind) -> Result<Methods, ConfigError> {
    Methods::builder().method(path, kind).build()
}
