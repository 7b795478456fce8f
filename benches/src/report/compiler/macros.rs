//! The time of the macros: rustc's own count of what it takes to expand a crate, with their uses and without.

use std::fmt::Write as _;

use super::{super::Outcome, crates::Crate};

const ATTRIBUTES: usize = 100;
const DERIVES: usize = 20;
/// Fields of a chain.
const FIELDS: usize = 5;

const FACADE: &str = concat!(
    "grpc-interceptor = { path = \"",
    env!("CARGO_MANIFEST_DIR"),
    "/..\" }\n"
);

/// Milliseconds. The macros are built as users have them in their own builds: without optimisation.
pub(super) fn samples(pairs: u32) -> Outcome<Vec<f64>> {
    let with = Crate::write("user-macros", FACADE, "lib.rs", &code(true))?;
    let without = Crate::write("user-no-macros", FACADE, "lib.rs", &code(false))?;
    let _ = (expansion(&with)?, expansion(&without)?); // builds what they depend on
    (0..pairs)
        .map(|pair| {
            Ok(if pair % 2 == 0 {
                let with = expansion(&with)?;
                with - expansion(&without)?
            } else {
                let without = expansion(&without)?;
                expansion(&with)? - without
            })
        })
        .collect()
}

/// Milliseconds that rustc takes to expand all macros of a crate. It tells those who ask for what is not stable.
fn expansion(user: &Crate) -> Outcome<f64> {
    user.touch("lib.rs")?;
    let said = user.cargo(
        &[
            "rustc",
            "--lib",
            "--",
            "-Ztime-passes",
            "-Ztime-passes-format=json",
        ],
        &[("RUSTC_BOOTSTRAP", "1")],
    )?;
    let seconds = said
        .lines()
        .find_map(|line| line.split_once("\"macro_expand_crate\",\"time\":"))
        .and_then(|(_, rest)| rest.split(',').next()?.parse::<f64>().ok());
    let seconds =
        seconds.ok_or_else(|| format!("rustc did not say how long it expanded:\n{said}"))?;
    Ok(seconds * 1_000.0)
}

/// The same crate with the uses of the macros, and with nothing in their place.
fn code(with_macros: bool) -> String {
    let [attribute, derive] = if with_macros {
        ["#[grpc_interceptor]", ", InterceptorChain"]
    } else {
        ["", ""]
    };
    let mut code = "#![allow(unused)]\nuse grpc_interceptor::prelude::*;\n".to_owned();
    for number in 0..ATTRIBUTES {
        // both forms: on the struct, and on the impl block
        let (on_struct, on_impl) = if number % 2 == 0 {
            (attribute, "")
        } else {
            ("", attribute)
        };
        let _ = write!(
            code,
            "{on_struct}\n#[derive(Debug, Clone)]\npub struct I{number};\n{on_impl}\nimpl I{number} {BODY}\n"
        );
    }
    for number in 0..DERIVES {
        let _ = write!(
            code,
            "#[derive(Debug, Clone{derive})]\npub struct C{number} {{\n"
        );
        for field in 0..FIELDS {
            let selected = match field {
                0 if with_macros => "#[chain(client)] ",
                1 if with_macros => "#[chain(only = \"/echo.v1.Echo/*\")] ",
                _ => "",
            };
            let _ = writeln!(
                code,
                "    {selected}pub f{field}: I{},",
                number * FIELDS + field
            );
        }
        code.push_str("}\n");
    }
    code
}

const BODY: &str = "{
    async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}";

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn there_are_as_many_uses_as_the_row_says() {
        let (with, without) = (code(true), code(false));
        assert_eq!(with.matches("#[grpc_interceptor]").count(), 100);
        assert_eq!(with.matches(", InterceptorChain)]").count(), 20);
        assert_eq!(
            without.matches("Chain").count() + without.matches("#[grpc").count(),
            0
        );
    }
}
