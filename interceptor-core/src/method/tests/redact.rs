use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Deserializer;

use super::*;
use crate::Message;

const SHOP: &str = r#"
syntax = "proto2";
package shop.v1;
import "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
import "google/protobuf/timestamp.proto";
service Orders { rpc Create(Order) returns (Order); }
message Card {
  optional string number = 1 [debug_redact = true];
  optional string holder_name = 2;
  optional uint32 code = 3 [debug_redact = false];
}
message Order {
  optional Card card = 1;
  repeated Card cards = 2;
  map<string, Card> by_name = 3;
  optional google.protobuf.Any other = 4;
  optional google.protobuf.Timestamp at = 5;
  optional Order inner = 6;
  map<string, string> notes = 7;
  extensions 100 to 200;
}
extend Order { optional string pin = 100 [debug_redact = true]; }
"#;

struct Shop {
    methods: Methods,
    pool: DescriptorPool,
}

impl Shop {
    fn new() -> Self {
        let mut resolver = protox::file::ChainFileResolver::new();
        resolver.add(protox::file::GoogleFileResolver::new());
        resolver.add(InMemory);
        let mut compiler = protox::Compiler::with_file_resolver(resolver);
        compiler
            .include_imports(true)
            .open_file("shop.proto")
            .unwrap();
        let set = compiler.encode_file_descriptor_set();
        Self {
            methods: Methods::from_file_descriptor_set(&set).unwrap(),
            pool: DescriptorPool::decode(&*set).unwrap(),
        }
    }

    fn message(&self, json: &str) -> Message {
        let order = self.pool.get_message_by_name("shop.v1.Order").unwrap();
        let mut json = Deserializer::from_str(json);
        let message = DynamicMessage::deserialize(order, &mut json).unwrap();
        Message::from_bytes(prost::Message::encode_to_vec(&message).into())
    }

    fn input(&self) -> MessageType<'_> {
        self.methods
            .get("/shop.v1.Orders/Create")
            .unwrap()
            .input()
            .unwrap()
    }

    fn redacted(&self, json: &str, paths: &[&str]) -> String {
        let redact = |path: &str| paths.contains(&path);
        self.input()
            .to_redacted_json(&self.message(json), redact)
            .unwrap()
    }
}

struct InMemory;

impl protox::file::FileResolver for InMemory {
    fn open_file(&self, name: &str) -> Result<protox::file::File, protox::Error> {
        match name {
            "shop.proto" => protox::file::File::from_source(name, SHOP),
            name => Err(protox::Error::file_not_found(name)),
        }
    }
}

#[test]
fn what_the_option_says_is_redacted_wherever_it_is() {
    let card = r#"{"code":7,"holderName":"Ada","number":"4711"}"#;
    let json = format!(
        r#"{{"at":"2026-01-01T00:00:00Z","byName":{{"a":{card}}},"card":{card},"cards":[{card},{card}],"inner":{{"card":{card}}},"notes":{{"number":"1"}},"other":{{"@type":"type.googleapis.com/shop.v1.Card","number":"4711"}},"[shop.v1.pin]":"4711"}}"#
    );
    let redacted = Shop::new().redacted(&json, &[]);
    assert!(!redacted.contains("4711"), "{redacted}");
    assert_eq!(
        redacted.matches(r#""number":"[REDACTED]""#).count(),
        6,
        "{redacted}"
    );
    assert_eq!(redacted.matches("Ada").count(), 5, "{redacted}");
    assert!(
        redacted.contains(r#""[shop.v1.pin]":"[REDACTED]""#),
        "{redacted}"
    );
    assert!(redacted.contains(r#""notes":{"number":"1"}"#), "{redacted}");
}

#[test]
fn a_path_is_in_the_names_of_the_proto_file() {
    let shop = Shop::new();
    let json = r#"{"card":{"holderName":"Ada","code":1},"cards":[{"holderName":"Ada"}],"byName":{"x":{"code":1}}}"#;
    assert_eq!(
        shop.redacted(json, &["card.holder_name", "by_name.code", "cards"]),
        r#"{"byName":{"x":{"code":"[REDACTED]"}},"card":{"code":1,"holderName":"[REDACTED]"},"cards":"[REDACTED]"}"#
    );
    let inner = r#"{"inner":{"inner":{"card":{"code":1}}}}"#;
    assert_eq!(shop.redacted(inner, &["card", "inner.card"]), inner);
    assert_eq!(
        shop.redacted(inner, &["inner.inner.card"]),
        r#"{"inner":{"inner":{"card":"[REDACTED]"}}}"#
    );
}

#[test]
fn a_path_that_no_message_has_is_known() {
    let shop = Shop::new();
    for (path, has) in [
        ("card", true),
        ("card.holder_name", true),
        ("by_name.number", true),
        ("inner.inner.cards.code", true),
        ("card.holderName", false),
        ("card.number.x", false),
        ("", false),
        ("nothing", false),
    ] {
        assert_eq!(shop.input().has_field(path).unwrap(), has, "{path}");
    }
}
