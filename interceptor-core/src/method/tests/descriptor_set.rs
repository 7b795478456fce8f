use prost::Message;
use prost_types::{
    FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, MethodOptions,
    ServiceDescriptorProto, SourceCodeInfo, method_options::IdempotencyLevel,
    source_code_info::Location,
};

use super::*;

fn method(
    name: &str,
    client_streaming: Option<bool>,
    server_streaming: Option<bool>,
) -> MethodDescriptorProto {
    MethodDescriptorProto {
        name: Some(name.to_owned()),
        input_type: Some(".shop.v1.CreateRequest".to_owned()),
        output_type: Some(".shop.v1.Order".to_owned()),
        client_streaming,
        server_streaming,
        options: None,
    }
}

fn set(package: Option<&str>, methods: impl Into<Vec<MethodDescriptorProto>>) -> FileDescriptorSet {
    let service = ServiceDescriptorProto {
        name: Some("Orders".to_owned()),
        method: methods.into(),
        ..Default::default()
    };
    let location = Location {
        path: vec![4, 0],
        leading_comments: Some(" a comment".to_owned()),
        ..Default::default()
    };
    let file = FileDescriptorProto {
        package: package.map(str::to_owned),
        service: vec![service],
        source_code_info: Some(SourceCodeInfo {
            location: vec![location],
        }),
        ..Default::default()
    };
    FileDescriptorSet {
        file: vec![file, FileDescriptorProto::default()],
    }
}

fn table(set: &FileDescriptorSet) -> Result<Methods, ConfigError> {
    Methods::from_file_descriptor_set(&set.encode_to_vec())
}

fn with_options(idempotency: Option<IdempotencyLevel>, deprecated: Option<bool>) -> Methods {
    let idempotency_level = idempotency.map(i32::from);
    let mut create = method("Create", None, None);
    create.options = Some(MethodOptions {
        idempotency_level,
        deprecated,
        ..Default::default()
    });
    table(&set(Some("shop.v1"), [create])).unwrap()
}

fn output_of(methods: &Methods, path: &str) -> Option<String> {
    let output = methods.get(path)?.output()?;
    Some(output.to_string())
}

#[test]
fn reads_the_call_types() {
    let set = set(
        Some("shop.v1"),
        [
            method("A", None, None),
            method("B", Some(false), Some(true)),
            method("C", Some(true), None),
            method("D", Some(true), Some(true)),
        ],
    );
    let methods = table(&set).unwrap();
    for (path, kind) in [
        ("/shop.v1.Orders/A", CallKind::UnaryUnary),
        ("/shop.v1.Orders/B", CallKind::UnaryStream),
        ("/shop.v1.Orders/C", CallKind::StreamUnary),
        ("/shop.v1.Orders/D", CallKind::StreamStream),
    ] {
        assert_eq!(methods.get(path).unwrap().kind(), kind, "{path}");
    }
    assert!(methods.get("/grpc.health.v1.Health/Check").is_some());
}

#[test]
fn reads_names_and_types() {
    let methods = table(&set(Some("shop.v1"), [method("Create", None, None)])).unwrap();
    let create = methods.get(PATH).unwrap();
    assert_eq!(
        (create.service(), create.name()),
        ("shop.v1.Orders", "Create")
    );
    assert_eq!(
        [create.input(), create.output()].map(|ty| ty.unwrap().name()),
        ["shop.v1.CreateRequest", "shop.v1.Order"]
    );
}

#[test]
fn a_service_without_a_package_has_its_bare_name() {
    let methods = table(&set(None, [method("Create", None, None)])).unwrap();
    assert_eq!(methods.get("/Orders/Create").unwrap().service(), "Orders");
}

#[test]
fn reads_options() {
    for (level, idempotency) in [
        (None, Idempotency::Unknown),
        (
            Some(IdempotencyLevel::IdempotencyUnknown),
            Idempotency::Unknown,
        ),
        (
            Some(IdempotencyLevel::NoSideEffects),
            Idempotency::NoSideEffects,
        ),
        (Some(IdempotencyLevel::Idempotent), Idempotency::Idempotent),
    ] {
        let methods = with_options(level, None);
        assert_eq!(methods.get(PATH).unwrap().idempotency(), idempotency);
        assert!(!methods.get(PATH).unwrap().is_deprecated());
    }
    assert!(
        with_options(None, Some(true))
            .get(PATH)
            .unwrap()
            .is_deprecated()
    );
}

#[test]
fn equal_sets_merge_and_differing_ones_do_not() {
    let plain = with_options(None, None);
    assert!(plain.clone().merge(with_options(None, None)).is_ok());
    let error = plain
        .merge(with_options(Some(IdempotencyLevel::Idempotent), Some(true)))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("shop.v1.CreateRequest -> shop.v1.Order (from a file descriptor set), and"),
        "{error}"
    );
    assert!(
        error.contains("shop.v1.Order, idempotent, deprecated (from a file descriptor set);"),
        "{error}"
    );
}

#[test]
fn what_the_set_says_is_kept_over_what_is_written_by_hand_on_either_side() {
    let by_hand = || one(PATH, CallKind::UnaryUnary).unwrap();
    for merged in [
        by_hand().merge(with_options(None, None)),
        with_options(None, None).merge(by_hand()),
    ] {
        assert_eq!(
            output_of(&merged.unwrap(), PATH).as_deref(),
            Some("shop.v1.Order")
        );
    }
    assert!(
        with_options(None, None)
            .merge(one(PATH, CallKind::StreamUnary).unwrap())
            .is_err()
    );
}

#[test]
fn descriptors_of_health_win_over_what_is_built_in() {
    let mut set = set(Some("grpc.health.v1"), [method("Check", None, None)]);
    set.file[0].service[0].name = Some("Health".to_owned());
    let methods = table(&set).unwrap();
    assert_eq!(
        output_of(&methods, "/grpc.health.v1.Health/Check").as_deref(),
        Some("shop.v1.Order")
    );
    set.file[0].service[0].method[0].server_streaming = Some(true);
    assert!(table(&set).is_err());
}

#[test]
fn a_set_that_has_a_file_twice_is_fine() {
    let mut set = set(Some("shop.v1"), [method("Create", None, None)]);
    set.file.push(set.file[0].clone());
    assert!(table(&set).is_ok());
}

#[test]
fn other_bytes_are_an_error_that_says_what_to_write() {
    for bytes in [&b"not a set"[..], &[0x0a, 0xff], b"", &[0xff; 32]] {
        let error = Methods::from_file_descriptor_set(bytes)
            .unwrap_err()
            .to_string();
        for says in [
            "file_descriptor_set_path(set)",
            "OUT_DIR",
            "tonic::include_file_descriptor_set!",
        ] {
            assert!(error.contains(says), "{error}");
        }
    }
}

#[test]
fn a_set_without_services_is_an_error_that_says_what_to_write() {
    let set = FileDescriptorSet {
        file: vec![FileDescriptorProto::default()],
    };
    let error = table(&set).unwrap_err();
    assert_eq!(*error.kind(), Kind::NoServices);
    assert!(error.to_string().contains("file_descriptor_set_path(set)"));
}

#[test]
fn a_method_without_a_name_is_an_error() {
    let error = table(&set(Some("shop.v1"), [MethodDescriptorProto::default()])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"/shop.v1.Orders/\" is not the path of a method; write `/package.Service/Method`"
    );
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
        let _ = Methods::from_file_descriptor_set(&bytes);
    }
}
