//! The locks of this crate, by one name: the tests that try the orders of threads compile the crate with others.

pub(crate) use std::sync::{Mutex, MutexGuard};
