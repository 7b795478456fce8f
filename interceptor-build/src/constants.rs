//! Descriptors → what is written for each package.

use prost_build::Module;
use prost_types::{
    FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto,
    method_options::IdempotencyLevel,
};

use crate::names;

/// What goes into one file of tonic's.
#[derive(Debug)]
pub(crate) struct Package {
    /// The file's name.
    pub(crate) file: String,
    /// The rows of `METHODS`.
    pub(crate) rows: Vec<Row>,
    /// The constants, with their names.
    pub(crate) patterns: Vec<(String, Pattern)>,
    /// What got no constant, and why.
    pub(crate) omitted: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) path: String,
    /// A variant of `CallKind`.
    pub(crate) kind: &'static str,
    pub(crate) input: String,
    pub(crate) output: String,
    /// A variant of `Idempotency`, if it says something.
    pub(crate) idempotency: Option<&'static str>,
    pub(crate) deprecated: bool,
}

#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) service: String,
    pub(crate) method: Option<String>,
}

/// Those that have a service, in the order of their files. Two packages that share a file, such as `a.B` and `a.b`, are one.
pub(crate) fn packages(set: &FileDescriptorSet) -> Vec<Package> {
    let mut found: Vec<(String, Vec<(String, &ServiceDescriptorProto)>)> = Vec::new();
    for file in &set.file {
        let services = file
            .service
            .iter()
            .map(|it| (full_name(file.package(), it.name()), it));
        let name = Module::from_protobuf_package_name(file.package()).to_file_name_or("_");
        match found.iter_mut().find(|(it, _)| *it == name) {
            Some((_, list)) => list.extend(services),
            None => found.push((name, services.collect())),
        }
    }
    found.retain(|(_, services)| !services.is_empty());
    found
        .into_iter()
        .map(|(file, services)| package(file, &services))
        .collect()
}

fn package(file: String, services: &[(String, &ServiceDescriptorProto)]) -> Package {
    let (mut rows, mut patterns) = (Vec::new(), Vec::new());
    for (full, service) in services {
        let all = Pattern {
            service: full.clone(),
            method: None,
        };
        patterns.push((names::of(service.name(), None), all));
        for method in &service.method {
            rows.push(row(full, method));
            let one = Pattern {
                service: full.clone(),
                method: Some(method.name().to_owned()),
            };
            patterns.push((names::of(service.name(), Some(method.name())), one));
        }
    }
    let (patterns, omitted) = names::unambiguous(patterns, Pattern::path);
    Package {
        file,
        rows,
        patterns,
        omitted,
    }
}

fn row(service: &str, method: &MethodDescriptorProto) -> Row {
    let options = method.options.as_ref();
    Row {
        path: format!("/{service}/{}", method.name()),
        kind: match (method.client_streaming(), method.server_streaming()) {
            (false, false) => "UnaryUnary",
            (false, true) => "UnaryStream",
            (true, false) => "StreamUnary",
            (true, true) => "StreamStream",
        },
        input: without_dot(method.input_type()),
        output: without_dot(method.output_type()),
        idempotency: match options.map(prost_types::MethodOptions::idempotency_level) {
            Some(IdempotencyLevel::NoSideEffects) => Some("NoSideEffects"),
            Some(IdempotencyLevel::Idempotent) => Some("Idempotent"),
            Some(IdempotencyLevel::IdempotencyUnknown) | None => None,
        },
        deprecated: options.is_some_and(prost_types::MethodOptions::deprecated),
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
fn without_dot(name: &str) -> String {
    name.strip_prefix('.').unwrap_or(name).to_owned()
}

// === impl Pattern ===

impl Pattern {
    /// As a string selects it.
    pub(crate) fn path(&self) -> String {
        format!(
            "/{}/{}",
            self.service,
            self.method.as_deref().unwrap_or("*")
        )
    }
}
