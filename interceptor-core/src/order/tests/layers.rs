//! What a layer says of a chain that the compiler could not see.

use crate::{
    BoxInterceptor, CallKind, ClientLayer, Description, ExtensionType, Identity, Interceptor,
    Methods, Order, Pattern, Role, Rules, Selection, ServerLayer, Side, interceptor::forward,
};

struct User;

mod other {
    pub(super) struct User;
}

const USER: ExtensionType = ExtensionType::of::<User>("User");
const NAMESAKE: ExtensionType = ExtensionType::of::<other::User>("User");
const RETRYING: Role = Role::new("retrying");
const AUTHZ: Rules = Rules::new("Authz").requires(&[USER]);
const AUTH: Rules = Rules::new("Auth").provides(&[USER]);

/// Says these rules when it is asked, and hands every call on.
struct Says(Rules, Selection, Option<&'static str>);

impl Interceptor for Says {
    forward!(|self, call, next| crate::interceptor::step(&Identity, call, next));

    fn describe(&self, description: &mut Description) {
        let say = |it: &mut Description| {
            it.interceptor(self.0.name());
            it.order(&Order::of(self.0));
        };
        match self.2 {
            Some("allow_order") => description.unchecked(say),
            Some(words) => description.only_if(words, say),
            None => description.select(self.1.clone(), say),
        }
    }
}

fn says(rules: Rules) -> BoxInterceptor {
    BoxInterceptor::new(Says(rules, Selection::every(), None))
}

fn only(rules: Rules, pattern: &'static str) -> BoxInterceptor {
    let selection = Selection::every().only(&[Pattern::parse(pattern).unwrap()]);
    BoxInterceptor::new(Says(rules, selection, None))
}

fn if_words(rules: Rules, words: &'static str) -> BoxInterceptor {
    BoxInterceptor::new(Says(rules, Selection::every(), Some(words)))
}

fn methods() -> Methods {
    Methods::builder()
        .method("/shop.v1.Orders/Create", CallKind::UnaryUnary)
        .method("/shop.v1.Carts/Get", CallKind::UnaryStream)
        .build()
        .unwrap()
}

/// What a layer of each side says.
fn on(side: Side, chain: Vec<BoxInterceptor>) -> Result<(), String> {
    let result = match side {
        Side::Server => ServerLayer::new(chain, &methods()).map(drop),
        Side::Client => ClientLayer::new(chain, &methods()).map(drop),
    };
    result.map_err(|error| error.to_string())
}

/// The same from both.
fn layer(chain: fn() -> Vec<BoxInterceptor>) -> Result<(), String> {
    let server = on(Side::Server, chain());
    assert_eq!(server, on(Side::Client, chain()));
    server
}

#[test]
fn what_is_boxed_is_checked_when_a_layer_is_made() {
    assert_eq!(layer(|| vec![says(AUTH), says(AUTHZ)]), Ok(()));
    let error = layer(|| vec![says(AUTHZ), says(AUTH)]).unwrap_err();
    assert!(
        error.ends_with("`Authz` needs `User`, and nothing before it in the chain provides it"),
        "{error}"
    );
}

#[test]
fn types_are_told_apart_by_their_ids() {
    const OTHER: Rules = Rules::new("Other").provides(&[NAMESAKE]);
    let error = layer(|| vec![says(OTHER), says(AUTHZ)]).unwrap_err();
    assert!(
        error.ends_with(
            "`Authz` needs `User`, and the type of that name which `Other` provides is another one"
        ),
        "{error}"
    );
    assert_eq!(layer(|| vec![says(OTHER), says(AUTH), says(AUTHZ)]), Ok(()));
}

#[test]
fn a_method_meets_what_is_selected_for_it() {
    const CREATE: &str = "/shop.v1.Orders/Create";
    let error = layer(|| vec![only(AUTH, CREATE), says(AUTHZ)]).unwrap_err();
    assert!(
        error.starts_with("calls of /grpc.health.v1.Health/Check: `Authz`"),
        "{error}"
    );
    assert_eq!(
        layer(|| vec![only(AUTH, CREATE), only(AUTHZ, CREATE)]),
        Ok(())
    );
}

#[test]
fn a_condition_in_words_is_a_condition() {
    let error = layer(|| vec![if_words(AUTH, "it is dark"), says(AUTHZ)]).unwrap_err();
    assert!(
        error.ends_with("`Auth` provides it under a condition that `Authz` does not stand under"),
        "{error}"
    );
}

#[test]
fn roles_are_checked_too() {
    const RETRY: Rules = Rules::new("Retry").role(RETRYING);
    const DEADLINE: Rules = Rules::new("Deadline").outside(&[RETRYING]);
    const TOKEN: Rules = Rules::new("Token").inside(&[RETRYING]);
    assert_eq!(
        layer(|| vec![says(DEADLINE), says(RETRY), says(TOKEN)]),
        Ok(())
    );
    let error = layer(|| vec![says(RETRY), says(DEADLINE)]).unwrap_err();
    assert!(
        error.ends_with("`Deadline` has to stand outside of what is `retrying`, as `Retry` is"),
        "{error}"
    );
    let error = layer(|| vec![says(TOKEN), says(RETRY)]).unwrap_err();
    assert!(
        error.ends_with("`Token` has to stand inside of what is `retrying`, as `Retry` is"),
        "{error}"
    );
}

#[test]
fn allow_order_is_the_way_out() {
    assert_eq!(
        layer(|| vec![if_words(AUTHZ, "allow_order"), says(AUTH)]),
        Ok(())
    );
}

#[test]
fn a_side_is_a_side() {
    const SERVER: Rules = Rules::new("Authz").only_on(Side::Server);
    assert_eq!(on(Side::Server, vec![says(SERVER)]), Ok(()));
    assert!(
        on(Side::Client, vec![says(SERVER)])
            .unwrap_err()
            .ends_with("`Authz` is for the server only, and this is the chain of a client")
    );
}

#[test]
fn one_alone_may_need_what_another_layer_provides() {
    struct Alone;
    impl Interceptor for Alone {
        const ORDER: Order = Order::of(AUTHZ);
        forward!(|self, call, next| crate::interceptor::step(&Identity, call, next));
    }
    assert!(ServerLayer::new(Alone, &methods()).is_ok());
    assert!(ServerLayer::new(BoxInterceptor::new(Alone), &methods()).is_ok());
    assert!(layer(|| vec![says(Rules::new("First")), says(AUTHZ)]).is_err());
}
