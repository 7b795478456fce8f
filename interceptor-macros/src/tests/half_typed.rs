//! Code that is being typed: it still expands, so that completion works, and what the macro cannot read it does not judge.

use super::{attribute, derive};

const SIGNATURE: &str = "async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status>";

/// The item is all there, and the type is the interceptor that it is going to be.
fn expands(item: &str) {
    let output = attribute("", item).to_string();
    let item = super::tokens(item).to_string();
    assert!(
        output.starts_with(&item),
        "the item comes first, as it went in:\n{output}"
    );
    assert!(output.contains("fn describe"), "a whole impl:\n{output}");
    assert!(
        !output.contains("compile_error"),
        "no error of ours:\n{output}"
    );
}

#[test]
fn any_body_will_do() {
    for body in [
        "next.",
        "let reply = ",
        "let reply = next.run(call).await?; reply.",
        "match call.kind() { CallKind::",
        "if",
        "call.metadata().get(",
        "a b c d",
        "#",
        "let x: Vec<",
        "}{",
    ] {
        // What an editor hands over is balanced, whatever else it is.
        let Ok(body) = body.parse::<proc_macro2::TokenStream>() else {
            continue;
        };
        expands(&format!("impl Timing {{ {SIGNATURE} {{ {body} }} }}"));
    }
}

#[test]
fn a_handler_may_be_unfinished() {
    for body in ["r.", "let reply = ", "match r.into_inner() {}", "a b c d"] {
        let handler = format!(
            "fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {{ {body} }}"
        );
        let output =
            super::service("", &format!("impl Echo for MyEcho {{ {handler} }}")).to_string();
        assert!(output.contains("Handling"), "a whole impl:\n{output}");
        assert!(
            !output.contains("compile_error"),
            "no error of ours:\n{output}"
        );
    }
}

#[test]
fn the_rest_of_the_block_may_be_unfinished() {
    expands(&format!(
        "impl Timing {{ const LIMIT: u32 = ; {SIGNATURE} {{ next.run(call).await }} }}"
    ));
    expands(&format!(
        "impl Timing {{ fn new( ) {SIGNATURE} {{ next.run(call).await }} }}"
    ));
    expands(&format!(
        "impl Timing {{ {SIGNATURE} {{ next.run(call).await }} pub fn }}"
    ));
    expands(&format!(
        "impl Timing {{ {SIGNATURE} {{ next.run(call).await }} async fn other(&self, x: ) }}"
    ));
    expands(&format!("impl Timing {{ {SIGNATURE} }}"));
}

#[test]
fn fields_and_variants_may_be_unfinished() {
    expands("struct Timing { started: }");
    expands("struct Timing { pub }");
    expands("struct Timing(Option<, u32);");
    expands("enum Timing { Fine, Coarse { seconds }, = }");
    expands("struct Timing");
}

#[test]
fn an_unfinished_signature_is_not_judged() {
    for inputs in [
        "(&self, call)",
        "(&self, call: )",
        "(&self, call: Call<, next: impl Next<T>)",
        "(&self, ..)",
    ] {
        let item = format!("impl Timing {{ async fn intercept_call<T: CallType>{inputs} {{ }} }}");
        let output = attribute("", &item).to_string();
        assert!(
            output.contains("__p :: Interceptor for Timing"),
            "still an interceptor:\n{output}"
        );
        assert!(
            !output.contains("compile_error"),
            "rustc has said it:\n{output}"
        );
    }
}

#[test]
fn arguments_that_are_being_typed_are_reported_and_nothing_more() {
    for args in [
        "kinds(",
        "kinds(unary_unary,",
        "otherwise =",
        "name",
        "crate =",
        "k",
    ] {
        let Ok(args) = args.parse::<proc_macro2::TokenStream>() else {
            continue;
        };
        let output = crate::interceptor::expand(args, &super::tokens("struct Timing;")).to_string();
        assert!(
            output.contains("__p :: Interceptor for Timing"),
            "still an interceptor:\n{output}"
        );
        assert_eq!(output.matches("compile_error").count(), 1, "{output}");
    }
}

#[test]
fn field_attributes_that_are_being_typed_are_reported_and_nothing_more() {
    for options in [
        "#[chain]",
        "#[chain(only)]",
        "#[chain(only =)]",
        "#[chain(cli)]",
        "#[chain(only = \"/\")]",
    ] {
        let output = derive(&format!("struct Edge {{ {options} timing: Timing }}")).to_string();
        assert!(
            output.contains("__p :: Interceptor for Edge"),
            "still an interceptor:\n{output}"
        );
        assert_eq!(output.matches("compile_error").count(), 1, "{output}");
    }
}
