use bytes::Buf as _;
use prost::Message as _;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    MethodDescriptorProto, ServiceDescriptorProto,
    field_descriptor_proto::{Label, Type},
};
use testproto::echo::{EchoReply, EchoRequest};
use tonic::{Code, Status};

use super::*;
use crate::Message;

const ECHO: &str = "/echo.v1.Echo/UnaryEcho";

fn echo() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

fn to_json(methods: &Methods, path: &str, message: &Message) -> Result<String, Status> {
    methods.get(path).unwrap().input().unwrap().to_json(message)
}

fn from_json(json: &str) -> Result<Message, Status> {
    let methods = echo();
    methods.get(ECHO).unwrap().input().unwrap().from_json(json)
}

fn request() -> EchoRequest {
    EchoRequest {
        text: "grüß \"Gott\"".to_owned(),
        count: 3,
        payload: vec![0, 255],
    }
}

/// A set with one service and one message, whose field `when` is of the type `when`, which is not in it.
fn set_without_imports(when: &str) -> Vec<u8> {
    let field = FieldDescriptorProto {
        name: Some("when".to_owned()),
        number: Some(1),
        label: Some(Label::Optional.into()),
        r#type: Some(Type::Message.into()),
        type_name: Some(when.to_owned()),
        ..Default::default()
    };
    set_of(field, vec!["when.proto".to_owned()])
}

/// A set with one service and one message, which has that field.
fn set_of(field: FieldDescriptorProto, dependency: Vec<String>) -> Vec<u8> {
    let create = MethodDescriptorProto {
        name: Some("Create".to_owned()),
        input_type: Some(".shop.v1.Order".to_owned()),
        output_type: Some(".shop.v1.Order".to_owned()),
        ..Default::default()
    };
    let file = FileDescriptorProto {
        name: Some("shop.proto".to_owned()),
        package: Some("shop.v1".to_owned()),
        dependency,
        message_type: vec![DescriptorProto {
            name: Some("Order".to_owned()),
            field: vec![field],
            ..Default::default()
        }],
        service: vec![ServiceDescriptorProto {
            name: Some("Orders".to_owned()),
            method: vec![create],
            ..Default::default()
        }],
        syntax: Some("proto3".to_owned()),
        ..Default::default()
    };
    FileDescriptorSet { file: vec![file] }.encode_to_vec()
}

#[test]
fn a_message_becomes_json_and_json_the_message() {
    let json = to_json(&echo(), ECHO, &Message::encode(&request())).unwrap();
    assert_eq!(
        json,
        r#"{"text":"grüß \"Gott\"","count":3,"payload":"AP8="}"#
    );
    let message = from_json(&json).unwrap();
    assert_eq!(message.decode::<EchoRequest>().unwrap(), request());
    assert!(!message.is_compressed());
}

#[test]
fn a_number_comes_back_from_json_to_its_last_bit() {
    let field = FieldDescriptorProto {
        name: Some("price".to_owned()),
        number: Some(1),
        label: Some(Label::Optional.into()),
        r#type: Some(Type::Double.into()),
        ..Default::default()
    };
    let methods = Methods::from_file_descriptor_set(&set_of(field, Vec::new())).unwrap();
    let order = methods.get("/shop.v1.Orders/Create").unwrap();
    let json = r#"{"price":8.840042159286186e194}"#;
    let message = order.input().unwrap().from_json(json).unwrap();
    let mut bytes = &message.bytes().unwrap()[..];
    let (key, price) = (bytes.get_u8(), bytes.get_f64_le());
    assert_eq!(
        (key, price.to_bits()),
        (0x09, 8.840_042_159_286_186e194_f64.to_bits())
    );
}

#[test]
fn the_response_has_its_own_type() {
    let methods = echo();
    let output = methods.get(ECHO).unwrap().output().unwrap();
    let reply = EchoReply {
        index: 7,
        ..EchoReply::default()
    };
    let json = output.to_json(&Message::encode(&reply)).unwrap();
    assert_eq!(
        (output.to_string(), json),
        ("echo.v1.EchoReply".to_owned(), r#"{"index":7}"#.to_owned())
    );
    assert_ne!(Some(output), methods.get(ECHO).unwrap().input());
}

#[test]
fn defaults_are_left_out_and_may_be_left_out() {
    let empty = Message::encode(&EchoRequest::default());
    assert_eq!(to_json(&echo(), ECHO, &empty).unwrap(), "{}");
    assert_eq!(from_json(" {} ").unwrap().bytes().unwrap().len(), 0);
}

#[test]
fn what_is_not_its_json_is_invalid_and_says_where() {
    for (json, says) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\"text\": 1}", "line 1 column 10"),
        ("{\n\"txt\": \"\"}", "unrecognized field name 'txt'"),
        ("{} {}", "trailing characters at line 1 column 4"),
        ("{\"payload\": \"?\"}", "invalid base64"),
        ("[]", "line 1 column 0"),
    ] {
        let status = from_json(json).unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{json}");
        let text = status.message();
        assert!(
            text.starts_with("this is not the JSON of a `echo.v1.EchoRequest`: "),
            "{text}"
        );
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn what_is_not_a_message_of_the_type_is_internal() {
    let broken = Message::from_bytes("\x0a\x7f".into());
    let status = to_json(&echo(), ECHO, &broken).unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    let begins = "cannot decode the message as `echo.v1.EchoRequest`: ";
    assert!(status.message().starts_with(begins), "{status}");
}

#[test]
fn a_type_without_descriptors_says_where_to_get_them() {
    let path = "/grpc.health.v1.Health/Check";
    let status = to_json(&echo(), path, &Message::from_bytes("".into())).unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    for says in [
        "`grpc.health.v1.HealthCheckRequest`",
        "from_file_descriptor_set",
        "tonic-health",
    ] {
        assert!(status.message().contains(says), "{status}");
    }
}

#[test]
fn a_method_written_by_hand_has_no_types() {
    let methods = one(PATH, CallKind::UnaryUnary).unwrap();
    let method = methods.get(PATH).unwrap();
    assert!(method.input().is_none() && method.output().is_none());
}

#[test]
fn a_set_without_its_imports_makes_a_table_but_no_json() {
    let methods = Methods::from_file_descriptor_set(&set_without_imports(".when.When")).unwrap();
    let status = to_json(&methods, PATH, &Message::from_bytes("".into())).unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    for says in [
        "`shop.v1.Order`",
        "when.proto",
        "file_descriptor_set_path",
        "--include_imports",
    ] {
        assert!(status.message().contains(says), "{status}");
    }
}

/// At a file of an edition of Protobuf, prost-reflect panics in the place of an error.
#[test]
fn a_set_of_another_syntax_makes_a_table_but_no_json() {
    let bytes = set_without_imports(".shop.v1.Order");
    let mut set = FileDescriptorSet::decode(&*bytes).unwrap();
    set.file[0].dependency.clear();
    set.file[0].syntax = Some("editions".to_owned());
    let methods = Methods::from_file_descriptor_set(&set.encode_to_vec()).unwrap();
    for _ in 0..2 {
        let status = to_json(&methods, PATH, &Message::from_bytes("".into())).unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(status.message().contains("proto2 and proto3"), "{status}");
    }
}

#[test]
fn tables_that_merge_keep_the_descriptors_of_both() {
    // The one cannot be used, and the other is none the worse for it.
    let shop = Methods::from_file_descriptor_set(&set_without_imports(".when.When")).unwrap();
    for merged in [shop.clone().merge(echo()), echo().merge(shop)] {
        let merged = merged.unwrap();
        let json = to_json(&merged, ECHO, &Message::encode(&request())).unwrap();
        assert!(json.starts_with(r#"{"text""#));
        assert!(to_json(&merged, PATH, &Message::from_bytes("".into())).is_err());
    }
    let by_hand = one(ECHO, CallKind::UnaryUnary).unwrap();
    let merged = by_hand.merge(echo()).unwrap();
    assert!(to_json(&merged, ECHO, &Message::encode(&request())).is_ok());
}

#[test]
fn all_methods_of_a_set_share_what_is_made_of_it() {
    let methods = echo()
        .merge(one(PATH, CallKind::UnaryUnary).unwrap())
        .unwrap();
    let set = |path| {
        let set = methods.get(path).unwrap().0.descriptors.set();
        set.map(|set| std::ptr::from_ref(set).addr())
    };
    assert!(set(ECHO).is_some());
    assert_eq!(set(ECHO), set("/echo.v1.Echo/BidiStream"));
    assert_eq!(set(ECHO), set("/helloworld.Greeter/SayHello"));
    assert_eq!(set(PATH), None);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_status_or_json(bytes: Vec<u8>) {
        let _ = to_json(&echo(), ECHO, &Message::from_bytes(bytes.into()));
    }

    #[test]
    fn any_text_is_a_status_or_a_message(text: String) {
        let _ = from_json(&text);
    }

    #[test]
    fn any_message_comes_back(text: String, count: u32, payload: Vec<u8>) {
        let request = EchoRequest { text, count, payload };
        let json = to_json(&echo(), ECHO, &Message::encode(&request)).unwrap();
        proptest::prop_assert_eq!(from_json(&json).unwrap().decode::<EchoRequest>().unwrap(), request);
    }
}
