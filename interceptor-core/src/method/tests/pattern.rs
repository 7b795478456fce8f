use super::*;

const CREATE: Pattern = Pattern::method("shop.v1.Orders", "Create");
static LISTED: &[Pattern] = &[CREATE, Pattern::service("shop.v1.Orders")];

fn matches(pattern: &str, path: &str) -> bool {
    Pattern::parse(pattern)
        .unwrap()
        .matches(&Method::unknown(path))
}

#[test]
fn a_method_matches_itself_only() {
    assert!(matches(PATH, PATH));
    for path in [
        "/shop.v1.Orders/Creat",
        "/shop.v1.Orders/Created",
        "/shop.v1.Order/Create",
        "/shop.v1.Orders/create",
        "/v1.Orders/Create",
        "",
        "/shop.v1.Orders/",
    ] {
        assert!(!matches(PATH, path), "{path}");
    }
}

#[test]
fn a_service_matches_each_path_of_it_and_no_other() {
    for path in [PATH, "/shop.v1.Orders/NotInTheTable", "/shop.v1.Orders/"] {
        assert!(matches("/shop.v1.Orders/*", path), "{path}");
    }
    for path in [
        "/shop.v1.OrdersAdmin/Create",
        "/shop.v1.Orders",
        "/shop.v1.Orders/a/b",
        "/Orders/Create",
        "",
    ] {
        assert!(!matches("/shop.v1.Orders/*", path), "{path}");
    }
}

#[test]
fn the_const_constructors_make_what_parse_makes() {
    assert_eq!(Pattern::parse(PATH).unwrap(), LISTED[0]);
    assert_eq!("/shop.v1.Orders/*".parse(), Ok(LISTED[1].clone()));
}

#[test]
fn is_displayed_as_it_is_parsed() {
    for text in [PATH, "/shop.v1.Orders/*", "/Orders/*"] {
        assert_eq!(Pattern::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn refuses_other_wildcards_and_forms() {
    for text in [
        "",
        "*",
        "/*",
        "/*/*",
        "/shop.*/Create",
        "/shop.v1.Orders/Cre*",
        "/shop.v1.Orders/**",
        "shop.v1.Orders/*",
        "/shop.v1.Orders",
        "/shop.v1.Orders/",
        "/a/b/*",
        "//*",
        "/a.B/ C",
    ] {
        let error = Pattern::parse(text).unwrap_err().to_string();
        let says = format!(
            "{text:?} is not a pattern; write `/package.Service/Method`, or `/package.Service/*` for all methods of a service"
        );
        assert_eq!(error, says);
    }
}

#[test]
fn a_pattern_that_matches_something_is_fine() {
    let methods = one(PATH, CallKind::UnaryUnary).unwrap();
    for pattern in [PATH, "/shop.v1.Orders/*", "/grpc.health.v1.Health/*"] {
        assert_eq!(
            methods.check_pattern(&Pattern::parse(pattern).unwrap()),
            Ok(())
        );
    }
}

#[test]
fn a_pattern_of_no_service_names_the_services_the_nearest_first() {
    let methods = one(PATH, CallKind::UnaryUnary).unwrap();
    let error = methods
        .check_pattern(&Pattern::service("shop.v1.Order"))
        .unwrap_err()
        .to_string();
    let says = "the pattern `/shop.v1.Order/*` matches no method of the table; the services of the table are `shop.v1.Orders`, ";
    assert!(error.starts_with(says), "{error}");
}

#[test]
fn a_pattern_of_no_method_names_the_methods_the_nearest_first() {
    let methods = Methods::builder()
        .method(PATH, CallKind::UnaryUnary)
        .method("/shop.v1.Orders/Abort", CallKind::UnaryUnary);
    let pattern = Pattern::method("shop.v1.Orders", "Creat");
    let error = methods
        .build()
        .unwrap()
        .check_pattern(&pattern)
        .unwrap_err();
    let Kind::MatchesNothing { candidates, .. } = error.kind() else {
        panic!("{error}")
    };
    let names = ["Create", "Abort"].map(str::to_owned).into();
    assert_eq!(
        *candidates,
        Candidates::Methods {
            service: "shop.v1.Orders".into(),
            names
        }
    );
    assert!(
        error
            .to_string()
            .ends_with("; `shop.v1.Orders` has `Create`, `Abort`"),
        "{error}"
    );
}

#[test]
fn a_pattern_on_the_unknown_table_is_an_error() {
    let error = Methods::unknown()
        .check_pattern(&CREATE)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`/shop.v1.Orders/Create`") && error.contains("Methods::unknown()"),
        "{error}"
    );
}
