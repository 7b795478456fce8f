//! File descriptor sets, and messages as JSON by them.

use std::collections::BTreeMap;

use interceptor_core::{CallKind, Idempotency, Message, Method, Methods};
use prost::Message as _;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};
use serde_json::Value;

use crate::bytes::Input;

/// How many methods' messages are turned into JSON.
const MAX_METHODS: usize = 4;

/// A message, as long as the first byte says, and then the bytes of a set.
///
/// The table is what prost-types reads of the set. What a message says as JSON is a message that says the same JSON.
pub fn descriptors(data: &[u8]) {
    let mut input = Input::new(data);
    let (message, set) = (
        Message::from_bytes(input.piece().to_vec().into()),
        input.rest(),
    );
    let Ok(methods) = Methods::from_file_descriptor_set(set) else {
        return;
    };
    if let Ok(read) = FileDescriptorSet::decode(set) {
        compare(&methods, &read);
    }
    let described = methods.iter().filter(|method| !is_built_in(method));
    for method in described.take(MAX_METHODS) {
        assert_eq!(
            method.path(),
            format!("/{}/{}", method.service(), method.name())
        );
        as_json(method, &message);
    }
    let twice = methods.clone().merge(methods.clone());
    assert_eq!(
        twice.map(|twice| twice.iter().count()).ok(),
        Some(methods.iter().count())
    );
}

fn is_built_in(method: &Method) -> bool {
    method.service().starts_with("grpc.health.v1")
        || method.service().starts_with("grpc.reflection.v1")
}

type Row = (CallKind, String, String, Idempotency, bool);

fn compare(methods: &Methods, set: &FileDescriptorSet) {
    let mut expected: BTreeMap<String, Row> = BTreeMap::new();
    for file in &set.file {
        for service in &file.service {
            let name = [file.package(), service.name()].join(".");
            let name = if file.package().is_empty() {
                service.name()
            } else {
                &name
            };
            let rows = service
                .method
                .iter()
                .map(|method| (format!("/{name}/{}", method.name()), row_of(method)));
            expected.extend(rows);
        }
    }
    let found = methods
        .iter()
        .filter(|method| !is_built_in(method) || expected.contains_key(method.path()));
    let found: BTreeMap<String, Row> = found
        .map(|method| (method.path().to_owned(), row(method)))
        .collect();
    assert_eq!(found, expected);
}

fn row_of(method: &MethodDescriptorProto) -> Row {
    let options = method.options.clone().unwrap_or_default();
    let idempotency = match options.idempotency_level {
        Some(1) => Idempotency::NoSideEffects,
        Some(2) => Idempotency::Idempotent,
        _ => Idempotency::Unknown,
    };
    let name = |name: &str| name.strip_prefix('.').unwrap_or(name).to_owned();
    let kind = match (method.client_streaming(), method.server_streaming()) {
        (false, false) => CallKind::UnaryUnary,
        (false, true) => CallKind::UnaryStream,
        (true, false) => CallKind::StreamUnary,
        (true, true) => CallKind::StreamStream,
    };
    (
        kind,
        name(method.input_type()),
        name(method.output_type()),
        idempotency,
        options.deprecated(),
    )
}

fn row(method: &Method) -> Row {
    let name = |name: Option<interceptor_core::MessageType<'_>>| {
        name.map(|it| it.name().to_owned()).unwrap_or_default()
    };
    let (input, output) = (name(method.input()), name(method.output()));
    (
        method.kind(),
        input,
        output,
        method.idempotency(),
        method.is_deprecated(),
    )
}

fn as_json(method: &Method, message: &Message) {
    let Some(input) = method.input() else {
        return;
    };
    let Ok(json) = input.to_json(message) else {
        return;
    };
    // What JSON cannot say twice, such as an unknown number of an enum, may be refused on the way back.
    if let Ok(again) = input.from_json(&json) {
        let again = input.to_json(&again).ok();
        assert_eq!(
            again.as_deref().map(without_empty),
            Some(without_empty(&json))
        );
    }
}

/// A list without elements may be said, as of an empty packed field, or left out: it is the same message.
fn without_empty(json: &str) -> Value {
    fn prune(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|_, it| !it.as_array().is_some_and(Vec::is_empty));
                members.values_mut().for_each(prune);
            }
            Value::Array(elements) => elements.iter_mut().for_each(prune),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(json).expect("what is JSON");
    prune(&mut value);
    value
}
