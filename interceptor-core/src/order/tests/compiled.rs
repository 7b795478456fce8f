//! The checks of the compiler, run as functions: what would be its message is the text of the panic.

use std::panic::catch_unwind;

use crate::{ExtensionType, Link, Order, Pattern, Role, Rules, Side};

struct User;
struct Tenant;

/// Of the same name and another size.
struct Impostor(#[expect(dead_code, reason = "its size is what counts")] u64);

const USER: ExtensionType = ExtensionType::of::<User>("User");
const TENANT: ExtensionType = ExtensionType::of::<Tenant>("Tenant");
const RETRYING: Role = Role::new("retrying");

const AUTH: Order = Order::of(Rules::new("Auth").provides(&[USER]));
const AUTHZ: Order = Order::of(Rules::new("Authz").requires(&[USER]));
const RETRY: Order = Order::of(Rules::new("Retry").role(RETRYING));
const DEADLINE: Order = Order::of(Rules::new("Deadline").outside(&[RETRYING]));
const TOKEN: Order = Order::of(Rules::new("Token").inside(&[RETRYING]));

const ORDERS: &[Pattern] = &[Pattern::service("shop.v1.Orders")];
const CREATE: &[Pattern] = &[Pattern::method("shop.v1.Orders", "Create")];
const CARTS: &[Pattern] = &[Pattern::service("shop.v1.Carts")];

/// What the check of each link of a chain, as the derive makes it, says.
fn messages(order: Order, links: usize) -> Vec<String> {
    (0..links)
        .filter_map(|at| message(move || order.check_link(at)))
        .collect()
}

fn message(check: impl FnOnce() + std::panic::UnwindSafe) -> Option<String> {
    let panic = catch_unwind(check).err()?;
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    Some(text.unwrap_or_else(|| panic.downcast_ref::<String>().expect("a text").clone()))
}

/// `chain!["auth": AUTH, "authz": AUTHZ .on(Side::Client)]` is what is said of such a chain.
macro_rules! chain {
    ($($field:literal: $order:expr $(, .$condition:ident($($argument:expr),*))*;)*) => {{
        const LINKS: &[Link] = &[$(Link::new($order).field($field)$(.$condition($($argument),*))*),*];
        messages(Order::named("Edge", LINKS), LINKS.len())
    }};
}

#[test]
fn what_is_required_is_provided_before_it() {
    assert_eq!(chain!["auth": AUTH; "authz": AUTHZ;], [""; 0]);
    assert_eq!(
        chain!["authz": AUTHZ;],
        [
            "the interceptor in field `authz` needs `User`, and nothing before it in the chain provides it"
        ]
    );
    assert_eq!(
        chain!["authz": AUTHZ; "auth": AUTH;],
        [
            "the interceptor in field `authz` needs `User`, and nothing before it in the chain provides it: field `auth` does, and stands after it"
        ]
    );
}

#[test]
fn one_does_not_provide_for_itself() {
    const BOTH: Order = Order::of(Rules::new("Refine").requires(&[USER]).provides(&[USER]));
    assert_eq!(chain!["refine": BOTH;].len(), 1);
    assert_eq!(chain!["auth": AUTH; "refine": BOTH;], [""; 0]);
}

#[test]
fn a_namesake_of_another_size_is_another_type() {
    const OTHER: Order =
        Order::of(Rules::new("Other").provides(const { &[ExtensionType::of::<Impostor>("User")] }));
    let [message] = &chain!["other": OTHER; "authz": AUTHZ;][..] else {
        panic!("one message");
    };
    assert!(
        message.ends_with("what field `other` provides is another type of that name"),
        "{message}"
    );
}

#[test]
fn what_a_generic_provides_is_known_as_far_as_its_name_is() {
    const ANY: Order = Order::of(
        Rules::new("Any")
            .provides(const { &[ExtensionType::of::<User>("A::Claims").known_as("")] }),
    );
    const OPEN: Order = Order::of(
        Rules::new("Open").provides(const { &[ExtensionType::of::<User>("Id<A>").known_as("Id")] }),
    );
    const OF_RSA: Order =
        Order::of(Rules::new("OfRsa").requires(const { &[ExtensionType::of::<User>("Id<Rsa>")] }));
    assert_eq!(chain!["any": ANY; "authz": AUTHZ;], [""; 0]);
    assert_eq!(chain!["open": OPEN; "of_rsa": OF_RSA;], [""; 0]);
    assert_eq!(chain!["open": OPEN; "authz": AUTHZ;].len(), 1);
}

#[test]
fn a_conditional_provider_provides_under_its_condition() {
    const ON_CONDITION: &str = "the interceptor in field `authz` needs `User`, and field `auth` provides it under a condition that it does not stand under itself";
    const SERVER: Order = Order::of(Rules::new("Authz").requires(&[USER]).only_on(Side::Server));
    for wrong in [
        chain!["auth": AUTH, .on(Side::Server); "authz": AUTHZ;],
        chain!["auth": AUTH, .on(Side::Client); "authz": AUTHZ, .on(Side::Server);],
        chain!["auth": AUTH, .optional(); "authz": AUTHZ;],
        chain!["auth": AUTH, .optional(); "authz": AUTHZ, .optional();],
        chain!["auth": AUTH, .only(ORDERS); "authz": AUTHZ;],
        chain!["auth": AUTH, .only(CREATE); "authz": AUTHZ, .only(ORDERS);],
        chain!["auth": AUTH, .except(CREATE); "authz": AUTHZ;],
        chain!["auth": AUTH, .except(ORDERS); "authz": AUTHZ, .except(CREATE);],
        chain!["auth": AUTH, .except(CREATE); "authz": AUTHZ, .only(ORDERS);],
    ] {
        assert_eq!(wrong, [ON_CONDITION]);
    }
    for right in [
        chain!["auth": AUTH, .on(Side::Server); "authz": AUTHZ, .on(Side::Server);],
        chain!["auth": AUTH, .on(Side::Server); "authz": SERVER;],
        chain!["auth": AUTH, .only(ORDERS); "authz": AUTHZ, .only(ORDERS);],
        chain!["auth": AUTH, .only(ORDERS); "authz": AUTHZ, .only(CREATE);],
        chain!["auth": AUTH, .except(CREATE); "authz": AUTHZ, .except(ORDERS);],
        chain!["auth": AUTH, .except(CREATE); "authz": AUTHZ, .only(CARTS);],
        chain!["auth": AUTH; "authz": AUTHZ, .only(CREATE), .on(Side::Client);],
    ] {
        assert_eq!(right, [""; 0]);
    }
}

#[test]
fn what_is_nested_passes_on_what_it_provides() {
    const INNER: Order = Order::named(
        "Inner",
        const {
            &[
                Link::new(AUTH).field("auth"),
                Link::new(RETRY).field("retry"),
            ]
        },
    );
    const TUPLE: Order = Order::chain(const { &[Link::new(AUTH), Link::new(AUTHZ)] });
    const NEEDY: Order =
        Order::named("Needy", const { &[Link::new(AUTHZ).field("authz")] }).requires(&[USER]);
    assert_eq!(chain!["inner": INNER; "authz": AUTHZ;], [""; 0]);
    assert_eq!(chain!["both": TUPLE; "authz": AUTHZ;], [""; 0]);
    assert_eq!(chain!["both": TUPLE, .optional();], [""; 0]);
    assert_eq!(chain!["inner": INNER; "needy": NEEDY;], [""; 0]);
    assert_eq!(
        chain!["needy": NEEDY;],
        [
            "the interceptor in field `needy` needs `User`, and nothing before it in the chain provides it"
        ]
    );
    assert_eq!(
        chain!["inner": INNER; "deadline": DEADLINE;],
        [
            "the interceptor in field `deadline` has to stand outside of what is `retrying`, and `Retry` in field `inner`, which is that, stands before it"
        ]
    );
}

#[test]
fn a_chain_may_need_what_stands_before_it() {
    const LINKS: &[Link] = &[Link::new(AUTHZ).field("authz")];
    let needs = |types| messages(Order::named("Inner", LINKS).requires(types), 1);
    assert_eq!(needs(&[USER]), [""; 0]);
    assert_eq!(needs(&[TENANT]).len(), 1);
}

#[test]
fn what_is_boxed_is_not_known() {
    let [message] = &chain!["boxed": Order::BOXED; "authz": AUTHZ;][..] else {
        panic!("one message");
    };
    assert!(message.ends_with("is known to provide it: what is boxed says so only at run time"));
    assert_eq!(
        chain!["boxed": Order::BOXED; "authz": AUTHZ, .unchecked();],
        [""; 0]
    );
}

#[test]
fn roles_stand_where_rules_say() {
    assert_eq!(
        chain!["deadline": DEADLINE; "retry": RETRY; "token": TOKEN;],
        [""; 0]
    );
    assert_eq!(
        chain!["token": TOKEN; "retry": RETRY; "deadline": DEADLINE;],
        [
            "the interceptor in field `token` has to stand inside of what is `retrying`, and field `retry`, which is that, stands after it",
            "the interceptor in field `deadline` has to stand outside of what is `retrying`, and field `retry`, which is that, stands before it",
        ]
    );
    assert_eq!(
        chain!["retry": RETRY; "deadline": DEADLINE, .unchecked();],
        [""; 0]
    );
}

#[test]
fn who_never_meets_has_no_order() {
    for apart in [
        chain!["retry": RETRY, .on(Side::Client); "deadline": DEADLINE, .on(Side::Server);],
        chain!["retry": RETRY, .only(ORDERS); "deadline": DEADLINE, .only(CARTS);],
        chain!["retry": RETRY, .only(CREATE); "deadline": DEADLINE, .except(ORDERS);],
    ] {
        assert_eq!(apart, [""; 0]);
    }
    assert_eq!(
        chain!["retry": RETRY, .only(ORDERS); "deadline": DEADLINE, .only(CREATE);].len(),
        1
    );
    assert_eq!(
        chain!["retry": RETRY, .optional(); "deadline": DEADLINE;].len(),
        1
    );
}

#[test]
fn one_side_is_said_once() {
    const SERVER: Order = Order::of(Rules::new("Authz").only_on(Side::Server));
    const LINKS: &[Link] = &[Link::new(SERVER).field("authz").on(Side::Server)];
    assert_eq!(
        chain!["authz": SERVER; "same": SERVER, .on(Side::Server);],
        [""; 0]
    );
    assert_eq!(
        chain!["authz": SERVER, .on(Side::Client);],
        [
            "the interceptor in field `authz` is for servers only, and is part of this chain on the client only: it would never run"
        ]
    );
    let on = |order: Order, side| message(move || order.check_layer(side));
    assert_eq!(on(SERVER, Side::Server), None);
    assert_eq!(
        on(SERVER, Side::Client).unwrap(),
        "the interceptor `Authz` is for servers only, and this is a `ClientLayer`: put `#[chain(server)]` on its field, or leave it out"
    );
    assert_eq!(on(Order::named("Edge", LINKS), Side::Client), None);
}

#[test]
fn a_layer_checks_a_chain_and_not_one_alone() {
    const TUPLE: Order = Order::chain(const { &[Link::new(AUTHZ), Link::new(AUTH)] });
    let on = |order: Order| message(move || order.check_layer(Side::Server));
    assert_eq!(on(AUTHZ), None);
    assert_eq!(
        on(TUPLE).unwrap(),
        "the interceptor `Authz` needs `User`, and nothing before it in the chain provides it: `Auth` does, and stands after it"
    );
}
