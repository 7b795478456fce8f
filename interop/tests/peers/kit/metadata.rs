//! `request_id` and `header`: the metadata that clients of grpcio send, and what they get.

use std::collections::HashSet;

use grpc_interceptor::{header::Header, prelude::*, request_id::RequestIds};
use serde_json::json;

use super::call;
use crate::{case::Case, run};

/// Replies in the place of a service: by a status with what the request has under a name that `Header` gave it.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct TellsBack;

impl TellsBack {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let names = ["x-internal", "x-tenant", "x-region"];
        let value = |name| call.metadata().get(name).map(|it| it.to_str().unwrap());
        let told = names.map(|name| value(name).unwrap_or("none")).join(" ");
        let mut reply = next.run(call).await?;
        let metadata = reply.metadata_mut();
        metadata.insert("x-got", told.parse().unwrap());
        metadata.insert("x-machine", "db-7".parse().unwrap());
        Ok(reply)
    }
}

/// Of calls that work and of those that fail, in all types.
fn both(what: &str, sees: &'static [&'static str]) -> Vec<Case> {
    let texts = [
        ("", "who?", Code::Ok),
        (", failing", "code 5", Code::NotFound),
    ];
    let case = |kind| {
        texts.map(move |(suffix, text, code)| Case {
            sees,
            ..Case::new(&format!("{what}{suffix}"), kind, text).ends(code)
        })
    };
    CallKind::ALL.into_iter().flat_map(case).collect()
}

/// The id that a caller gives is told back; without one, or with one that cannot be, there is a new one for each call.
#[test]
fn request_ids() {
    const ID: &str = "x-request-id";
    run(async {
        let given = |id: &'static str| move |case: Case| case.with(ID, id);
        let mut cases: Vec<_> = both("given", &[ID]).into_iter().map(given("a-1")).collect();
        cases.extend(both("bad", &[ID]).into_iter().map(given("two words")));
        cases.extend(both("none", &[ID]));
        let mut made = HashSet::new();
        for outcome in call(RequestIds::new, &cases).await {
            let id = outcome["sees"][ID].as_str().unwrap().to_owned();
            if outcome["name"].as_str().unwrap().starts_with("given") {
                assert_eq!(id, "a-1");
            } else {
                assert_ne!(id, "two words");
                assert!(made.insert(id), "{outcome}");
            }
        }
    });
}

/// What is set, copied and removed on the way in and on the way out, of replies and of statuses.
#[test]
fn headers() {
    const SEES: &[&str] = &["x-got", "x-served-by", "x-trace", "x-machine"];
    run(async {
        let chain = || {
            let header = Header::new()
                .remove("x-internal")
                .and_then(|it| it.copy("x-customer", "x-tenant"))
                .and_then(|it| it.set_if_absent("x-region", "eu-north"))
                .and_then(|it| it.reply_set("x-served-by", "echo-1"))
                .and_then(|it| it.reply_remove("x-machine"))
                .and_then(|it| it.echo("x-trace"));
            (header.unwrap(), TellsBack)
        };
        let cases = both("headers", SEES).into_iter().map(|case| {
            let got = if case.code == Code::Ok {
                json!("none blue eu-north")
            } else {
                json!(null)
            };
            case.with("x-internal", "1")
                .with("x-customer", "blue")
                .with("x-trace", "t-9")
                .expects(
                    "sees",
                    json!({ "x-got": got, "x-served-by": "echo-1", "x-trace": "t-9", "x-machine": null }),
                )
        });
        call(chain, &cases.collect::<Vec<_>>()).await;
    });
}
