//! The slowest calls.
