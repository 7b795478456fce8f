//! Tests interceptors without a socket: a call of any type through a chain, with a scripted peer and paused time.
//!
//! A dev-dependency of those who write interceptors; not part of the facade.
