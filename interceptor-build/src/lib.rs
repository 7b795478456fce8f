#![doc = include_str!("../README.md")]

mod compile;
mod constants;
mod names;
mod source;
mod write;

use std::{io, path::Path};

pub use self::compile::{Compiler, configure, with};

/// Compiles `.proto` files as `tonic_prost_build` does, and writes beside its code, into the same files, a `METHODS` and a
/// constant for each service and each method.
///
/// It is [`configure`] with nothing configured: `.proto` files are compiled by protox, or, without that feature, by `protoc`.
///
/// # Errors
///
/// What is wrong with the `.proto` files, or with writing to `OUT_DIR`.
pub fn compile_protos(
    protos: &[impl AsRef<Path>],
    includes: &[impl AsRef<Path>],
) -> io::Result<()> {
    configure().compile_protos(protos, includes)
}
