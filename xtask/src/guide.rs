//! `cargo xtask guide`: writes `docs/compiler.md` from the fixtures of the UI tests, so that it shows what the compiler says,
//! and the tables of `docs/performance.md`.

use std::{fs, path::PathBuf};

use crate::{Outcome, performance, step::root};

/// The page, relative to the root.
pub(crate) const PAGE: &str = "docs/compiler.md";

const INTRODUCTION: &str = "\
When the compiler complains: the most likely mistakes, and what each message looks like.

An attribute on the struct sees no signature, so its messages stand at the name of the type. Put on the impl block, the
same attribute points at the token to change. `#[blocking_service]` sees the functions and not the trait: what is not as
the trait wants it, rustc says in words of its own, of which the last three are examples.

<!-- Written by `cargo xtask guide` from the fixtures in tests/ui: change those, or the list in xtask/src/guide.rs. -->
";

/// A mistake that newcomers make.
struct Entry {
    heading: &'static str,
    /// In `tests/ui`, without its extension.
    fixture: &'static str,
    /// What to write instead, as Markdown.
    advice: &'static str,
}

/// In the order in which somebody who is new comes across them.
const ENTRIES: [Entry; 13] = [
    Entry {
        heading: "There is no `intercept_call`",
        fixture: "grpc_interceptor/fail/struct_without_intercept_call",
        advice: "\
Write the method into an `impl` block of the type, with the name and the signature that the message gives.",
    },
    Entry {
        heading: "It is not `async`",
        fixture: "grpc_interceptor/fail/struct_not_async",
        advice: "Write `async fn`, even if nothing but `next` is awaited.",
    },
    Entry {
        heading: "The arguments are swapped",
        fixture: "grpc_interceptor/fail/arguments_swapped",
        advice: "Write `call` first and `next` last: `(&self, call: Call<T>, next: impl Next<T>)`.",
    },
    Entry {
        heading: "`T` has no bound",
        fixture: "grpc_interceptor/fail/call_type_without_bound",
        advice: "Write `<T: CallType>`. It stands for each of the four call types in turn.",
    },
    Entry {
        heading: "Nothing is said about the other call types",
        fixture: "grpc_interceptor/fail/kinds_without_otherwise",
        advice: "\
Write `#[grpc_interceptor(kinds(unary_unary, unary_stream), otherwise = pass)]`, or `otherwise = reject` if a call that
this interceptor has not seen must not go through. If it can be for all four, leave `kinds` out.",
    },
    Entry {
        heading: "`next` is used twice",
        fixture: "grpc_interceptor/fail/next_used_twice",
        advice: "\
Write `next.clone().run(call)`: a clone is cheap, and each attempt uses up one. `Copy`, which the compiler offers as
well, is no way out: `Next` is `Clone` only.",
    },
    Entry {
        heading: "`next` is moved into a task",
        fixture: "grpc_interceptor/fail/next_spawned",
        advice: "\
Write `next.run(call).await` without the task: `next` borrows the chain and lives no longer than the call. Attempts side
by side go into a `FuturesUnordered`. No lifetime that the compiler offers helps: the signature is given.",
    },
    Entry {
        heading: "A value that is not `Send` is held over an await",
        fixture: "grpc_interceptor/fail/not_send_over_await",
        advice: "\
Write a block around the value, an `Rc` or the guard of a `std::sync::Mutex` for instance, that ends before the
`.await`; or take one that is `Send`: an `Arc`.",
    },
    Entry {
        heading: "A field of a chain is no interceptor",
        fixture: "interceptor_chain/fail/field_is_no_interceptor",
        advice: "\
Write `#[grpc_interceptor]` on the type of the field, or `#[chain(skip)]` on a field that is there for something else.",
    },
    Entry {
        heading: "A pattern is no path",
        fixture: "interceptor_chain/fail/pattern_is_no_path",
        advice: "Write `\"/shop.v1.Orders/Get\"` for one method, `\"/shop.v1.Orders/*\"` for all methods of a service.",
    },
    Entry {
        heading: "A handler is missing in a blocking service",
        fixture: "blocking_service/fail/method_is_missing",
        advice: "\
Write the function that is named, in plain form: the request that rustc shows as `Request<Streaming<LinkRequest>>` is
`r: Request<blocking::Messages<LinkRequest>>`, and what it returns stands in the last `Result`. The type, `TypeStream`
here, is generated then.",
    },
    Entry {
        heading: "The trait's type of replies has another name",
        fixture: "blocking_service/fail/stream_of_another_name",
        advice: "\
Write `#[blocking(stream = GetURLStream)]` on the function, with the name that rustc says is missing.",
    },
    Entry {
        heading: "The trait has no types of replies",
        fixture: "blocking_service/fail/default_stubs_not_said",
        advice: "\
Write `#[blocking_service(default_stubs)]`: the trait was generated with `generate_default_stubs(true)`.",
    },
];

// === impl Entry ===

impl Entry {
    fn section(&self) -> Result<String, String> {
        let code = self.read("rs")?;
        let code = code.trim_end().trim_end_matches("fn main() {}").trim_end();
        let message = self.read("stderr")?;
        let message = without_markers(message.trim_end());
        let (heading, advice) = (self.heading, self.advice);
        Ok(format!(
            "\n# {heading}\n\n```text\n{code}\n```\n\n```text\n{message}\n```\n\n{advice}\n"
        ))
    }

    fn read(&self, extension: &str) -> Result<String, String> {
        read(&format!("tests/ui/{}.{extension}", self.fixture))
    }
}

/// Writes the pages.
pub(crate) fn run() -> Outcome {
    fs::write(path(PAGE), page()?).map_err(|error| format!("{PAGE}: {error}"))?;
    println!("  {PAGE}");
    performance::run()
}

/// Whether the page is what [`run`] would write.
pub(crate) fn is_current() -> Result<bool, String> {
    Ok(read(PAGE)? == page()?)
}

fn page() -> Result<String, String> {
    let mut page = INTRODUCTION.to_owned();
    for entry in &ENTRIES {
        page += &entry.section()?;
    }
    Ok(page)
}

/// trybuild writes `$N` where a number differs between versions.
fn without_markers(message: &str) -> String {
    message.replace("and $N others", "and others")
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(path(file)).map_err(|error| format!("{file}: {error}"))
}

fn path(file: &str) -> PathBuf {
    root().join(file)
}
