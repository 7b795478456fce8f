//! Pages of the guide that are written by a task.

use super::{Finding, tree::Tree};
use crate::guide;

pub(super) fn check(_: &Tree) -> Vec<Finding> {
    match guide::is_current() {
        Ok(true) => Vec::new(),
        Ok(false) => vec![format!(
            "{}: `cargo xtask guide` writes it anew",
            guide::PAGE
        )],
        Err(why) => vec![why],
    }
}
