use super::*;

fn shop() -> Methods {
    Methods::builder()
        .method("/shop.v1.Orders/Follow", CallKind::UnaryStream)
        .method(PATH, CallKind::UnaryUnary)
        .build()
        .unwrap()
}

fn text(result: Result<Methods, ConfigError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn finds_a_method_by_its_path() {
    let methods = shop();
    let create = methods.get(PATH).unwrap();
    assert_eq!(
        (create.path(), create.service(), create.name()),
        (PATH, "shop.v1.Orders", "Create")
    );
    assert_eq!(create.kind(), CallKind::UnaryUnary);
    assert!(create.is_known());
    assert_eq!((create.input(), create.output()), (None, None));
    assert_eq!(
        (create.idempotency(), create.is_deprecated()),
        (Idempotency::Unknown, false)
    );
    assert_eq!(create.to_string(), PATH);
}

#[test]
fn finds_nothing_by_another_path() {
    let methods = shop();
    for path in [
        "",
        "/",
        "shop.v1.Orders/Create",
        "/shop.v1.Orders/create",
        "/shop.v1.Orders/Create/",
        "/shop.v1.Orders",
    ] {
        assert!(methods.get(path).is_none(), "{path:?}");
    }
}

#[test]
fn is_sorted_by_path() {
    let paths: Vec<_> = shop()
        .iter()
        .map(|method| method.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/grpc.health.v1.Health/Check",
            "/grpc.health.v1.Health/List",
            "/grpc.health.v1.Health/Watch",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            "/shop.v1.Orders/Create",
            "/shop.v1.Orders/Follow",
        ]
    );
}

#[test]
fn names_each_service_once() {
    let methods = shop();
    let services: Vec<_> = methods.services().collect();
    let expected = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "shop.v1.Orders",
    ];
    assert_eq!(services, expected);
}

#[test]
fn a_service_whose_name_starts_another_is_named_once() {
    let methods = Methods::builder()
        .method("/a.B/X", CallKind::UnaryUnary)
        .method("/a.B.C/Y", CallKind::UnaryUnary)
        .method("/a.B/Z", CallKind::UnaryUnary)
        .build()
        .unwrap();
    let services: Vec<_> = methods
        .services()
        .filter(|service| !service.starts_with("grpc."))
        .collect();
    assert_eq!(services, ["a.B.C", "a.B"]);
}

#[test]
fn health_and_reflection_are_in_it_with_their_call_types() {
    let methods = Methods::builder().build().unwrap();
    for (path, kind) in [
        ("/grpc.health.v1.Health/Check", CallKind::UnaryUnary),
        ("/grpc.health.v1.Health/Watch", CallKind::UnaryStream),
        (
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            CallKind::StreamStream,
        ),
        (
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            CallKind::StreamStream,
        ),
    ] {
        assert_eq!(methods.get(path).unwrap().kind(), kind, "{path}");
    }
    let check = methods.get("/grpc.health.v1.Health/Check").unwrap();
    let input = check.input().unwrap();
    assert_eq!(input.name(), "grpc.health.v1.HealthCheckRequest");
}

#[test]
fn equal_entries_merge() {
    let merged = shop()
        .merge(one(PATH, CallKind::UnaryUnary).unwrap())
        .unwrap();
    assert_eq!(merged.iter().count(), shop().iter().count());
    let twice = Methods::builder()
        .method(PATH, CallKind::UnaryUnary)
        .method(PATH, CallKind::UnaryUnary);
    assert!(twice.build().is_ok());
}

#[test]
fn a_merged_table_has_the_methods_of_both() {
    let merged = shop()
        .merge(one("/a.B/C", CallKind::StreamUnary).unwrap())
        .unwrap();
    assert!(merged.get(PATH).is_some());
    assert_eq!(merged.get("/a.B/C").unwrap().kind(), CallKind::StreamUnary);
}

#[test]
fn entries_of_different_call_types_are_an_error_that_names_both() {
    let error = text(shop().merge(one(PATH, CallKind::StreamUnary).unwrap()));
    assert!(error.contains("`/shop.v1.Orders/Create` has two entries that differ: unary_unary (written by hand), and stream_unary (written by hand)"), "{error}");
    let twice = Methods::builder()
        .method(PATH, CallKind::UnaryUnary)
        .method(PATH, CallKind::UnaryStream);
    assert!(text(twice.build()).contains("differ"));
}

#[test]
fn what_is_built_in_may_be_written_by_hand_but_not_with_another_call_type() {
    let path = "/grpc.health.v1.Health/Check";
    let methods = one(path, CallKind::UnaryUnary).unwrap();
    assert!(
        methods.get(path).unwrap().input().is_some(),
        "the entry that says more is kept"
    );
    assert!(text(one(path, CallKind::UnaryStream)).contains("(built in)"));
}

#[test]
fn refuses_what_is_not_a_path() {
    for path in [
        "",
        "/",
        "Create",
        "/Create",
        "shop.v1.Orders/Create",
        "/shop.v1.Orders/",
        "//Create",
        "/a/b/c",
        "/a.B/*",
        "/a.B/C?d",
        "/a.B/C d",
    ] {
        let error = text(one(path, CallKind::UnaryUnary));
        assert_eq!(
            error,
            format!("{path:?} is not the path of a method; write `/package.Service/Method`")
        );
    }
}

#[test]
fn a_service_without_a_package_is_fine() {
    let methods = one("/Orders/Create", CallKind::UnaryUnary).unwrap();
    assert_eq!(methods.get("/Orders/Create").unwrap().service(), "Orders");
}

#[test]
fn the_unknown_table_knows_nothing_and_says_so() {
    let methods = Methods::unknown();
    assert!(methods.is_unknown() && !shop().is_unknown());
    assert!(methods.get("/grpc.health.v1.Health/Check").is_none());
    assert_eq!(methods.iter().count(), 0);
    assert_eq!(format!("{methods:?}"), "Methods::unknown()");
}

#[test]
fn the_unknown_table_does_not_merge() {
    assert!(text(shop().merge(Methods::unknown())).contains("cannot be merged"));
    assert!(text(Methods::unknown().merge(shop())).contains("cannot be merged"));
}

#[test]
fn a_path_in_no_table_is_split_at_its_last_slash() {
    for (path, service, name) in [
        (PATH, "shop.v1.Orders", "Create"),
        ("/a/b/c", "a/b", "c"),
        ("/Create", "", "Create"),
        ("Create", "", "Create"),
        ("a.B/C", "a.B", "C"),
        ("/a.B/", "a.B", ""),
        ("//", "", ""),
        ("/", "", ""),
        ("", "", ""),
        ("/ü/é", "ü", "é"),
    ] {
        let method = Method::unknown(path);
        assert_eq!(
            (method.path(), method.service(), method.name()),
            (path, service, name)
        );
        assert_eq!(
            (method.kind(), method.is_known()),
            (CallKind::StreamStream, false)
        );
    }
}

#[test]
#[expect(
    clippy::mutable_key_type,
    reason = "a method is equal to another by its path, which does not change"
)]
fn methods_are_equal_by_path() {
    let (methods, unknown) = (shop(), Method::unknown(PATH));
    let create = methods.get(PATH).unwrap();
    assert_eq!(create, &create.clone());
    assert_eq!(create, &unknown);
    assert_ne!(create, &Method::unknown("/shop.v1.Orders/create"));
    let other = methods.get("/shop.v1.Orders/Follow").unwrap();
    let set = [create.clone(), unknown, other.clone(), create.clone()];
    let set: std::collections::HashSet<_> = set.into();
    assert_eq!(set.len(), 2);
}

const _: () = {
    const fn assert_shared<T: Clone + Send + Sync + 'static>() {}
    assert_shared::<Method>();
    assert_shared::<Methods>();
    assert_shared::<Pattern>();
    assert_shared::<ConfigError>();
};

#[test]
fn finds_each_of_many_methods_and_nothing_else() {
    let packages = ["a", "shop.v1", "shop.v2", "very.long.name.of.a.package.v1"];
    let names = ["Get", "G", "ListAllOfTheThings", "ListAllOfThatThing"];
    let mut builder = Methods::builder();
    let mut paths = vec!["/a/b".to_owned()];
    for package in packages {
        for service in 0..50 {
            paths.extend(names.map(|name| format!("/{package}.Service{service}/{name}")));
        }
    }
    for path in &paths {
        builder = builder.method(path, CallKind::UnaryUnary);
    }
    let methods = builder.build().unwrap();
    for path in &paths {
        assert_eq!(methods.get(path).map(Method::path), Some(&**path));
        for other in [
            format!("{path}s"),
            path[1..].to_owned(),
            path.replacen('e', "E", 1),
        ] {
            assert_eq!(methods.get(&other).is_some(), other == *path, "{other}");
        }
    }
}
