//! Reads the methods out of a `google.protobuf.FileDescriptorSet`.
//!
//! The messages here have only the fields that a table needs. What is large in a real set, that is source locations with
//! every comment and the fields of all messages, is passed over and not built up.

use prost::Message;

use super::{Descriptors, Detail, Idempotency, Method, Signature, split};
use crate::{
    call::CallKind,
    error::{ConfigError, Kind},
};

#[derive(Clone, PartialEq, Message)]
struct FileDescriptorSet {
    #[prost(message, repeated, tag = "1")]
    file: Vec<File>,
}

#[derive(Clone, PartialEq, Message)]
struct File {
    #[prost(string, optional, tag = "2")]
    package: Option<String>,
    #[prost(message, repeated, tag = "6")]
    service: Vec<ServiceDescriptor>,
}

#[derive(Clone, PartialEq, Message)]
struct ServiceDescriptor {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(message, repeated, tag = "2")]
    method: Vec<MethodDescriptor>,
}

#[derive(Clone, PartialEq, Message)]
struct MethodDescriptor {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    input_type: Option<String>,
    #[prost(string, optional, tag = "3")]
    output_type: Option<String>,
    #[prost(message, optional, tag = "4")]
    options: Option<Options>,
    #[prost(bool, optional, tag = "5")]
    client_streaming: Option<bool>,
    #[prost(bool, optional, tag = "6")]
    server_streaming: Option<bool>,
}

#[derive(Clone, PartialEq, Message)]
struct Options {
    #[prost(bool, optional, tag = "33")]
    deprecated: Option<bool>,
    #[prost(int32, optional, tag = "34")]
    idempotency_level: Option<i32>,
}

/// All methods of the set, in the order of the files.
///
/// # Errors
///
/// If `bytes` are not a set, if there is no service in it, or if a method's name cannot be the end of a path.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Method>, ConfigError> {
    let set = FileDescriptorSet::decode(bytes).map_err(|error| Kind::NotADescriptorSet {
        reason: error.to_string(),
    })?;
    if set.file.iter().all(|file| file.service.is_empty()) {
        return Err(Kind::NoServices.into());
    }
    let descriptors = Descriptors::of(bytes);
    let methods = set
        .file
        .iter()
        .flat_map(|file| methods_of(file, &descriptors));
    methods.collect()
}

fn methods_of(
    file: &File,
    descriptors: &Descriptors,
) -> impl Iterator<Item = Result<Method, ConfigError>> {
    let package = file.package.as_deref().unwrap_or_default();
    file.service.iter().flat_map(move |service| {
        let service_name = full_name(package, service.name.as_deref().unwrap_or_default());
        service
            .method
            .iter()
            .map(move |method| method_of(&service_name, method, descriptors))
    })
}

fn method_of(
    service: &str,
    method: &MethodDescriptor,
    descriptors: &Descriptors,
) -> Result<Method, ConfigError> {
    let path = format!("/{service}/{}", method.name.as_deref().unwrap_or_default());
    if split(&path).is_none() {
        return Err(Kind::NotAPath { text: path }.into());
    }
    let kind = CallKind::from_streaming(method.client_streaming(), method.server_streaming());
    Ok(Method::entry(
        path.into(),
        kind,
        Detail::Described,
        Some(signature_of(method)),
        descriptors.clone(),
    ))
}

fn signature_of(method: &MethodDescriptor) -> Signature {
    let options = method.options.clone().unwrap_or_default();
    Signature {
        input: type_name(method.input_type()).into(),
        output: type_name(method.output_type()).into(),
        idempotency: idempotency_of(options.idempotency_level()),
        deprecated: options.deprecated(),
    }
}

/// A service outside of any package has its bare name on the wire.
fn full_name(package: &str, name: &str) -> String {
    if package.is_empty() {
        name.to_owned()
    } else {
        format!("{package}.{name}")
    }
}

/// Descriptors write a full name with a dot before it.
fn type_name(name: &str) -> &str {
    name.strip_prefix('.').unwrap_or(name)
}

/// A level that was invented after this was written says nothing to us: the safe reading.
fn idempotency_of(level: i32) -> Idempotency {
    match level {
        1 => Idempotency::NoSideEffects,
        2 => Idempotency::Idempotent,
        _ => Idempotency::Unknown,
    }
}
