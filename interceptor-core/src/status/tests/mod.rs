//! Tests of a status' form on the wire, and of its origin: over made-up errors, and over what tonic's channel makes of a
//! server that sends raw frames.

mod channel;
mod origin;
mod raw_server;
mod wire;
mod wire_properties;
