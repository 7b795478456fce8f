use http::Extensions;
use tonic::{Code, Request};

use crate::{ExtensionType, Order, RequestExt, Rules, order::providers};

#[derive(Debug, Clone, PartialEq)]
struct User(u8);

#[derive(Debug, Clone)]
struct Tenant;

#[test]
fn what_is_there_is_lent() {
    let mut request = Request::new("a message");
    request.extensions_mut().insert(User(7));
    assert_eq!(request.require::<User>().unwrap(), &User(7));
}

#[test]
fn what_is_missing_is_internal_and_names_both_ends() {
    providers::remember(
        &Rules::new("Authentication").provides(const { &[ExtensionType::of::<User>("User")] }),
    );
    let request = Request::new(());
    let status = request.require::<User>().unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(
        status.message(),
        "the handler needs `User`, and the interceptor `Authentication`, which provides it, has not run before it"
    );
    let status = request.require::<Tenant>().unwrap_err();
    assert_eq!(
        status.message(),
        "the handler needs `Tenant`, and no interceptor provides it"
    );
}

#[test]
fn a_type_finds_itself_in_extensions() {
    const USER: ExtensionType = ExtensionType::of::<User>("User");
    let mut extensions = Extensions::new();
    assert!(!USER.is_in(&extensions));
    extensions.insert(User(1));
    assert!(USER.is_in(&extensions));
}

#[test]
fn rules_can_be_read() {
    const USER: ExtensionType = ExtensionType::of::<User>("User");
    const RULES: Rules = Rules::new("Authentication").provides(&[USER]);
    let order = Order::chain(const { &[crate::Link::new(Order::of(RULES))] });
    let rules = order.rules();
    assert_eq!(rules[0].name(), "Authentication");
    assert_eq!(rules[0].provided(), [USER]);
    assert_eq!(Order::NONE.rules(), []);
}
