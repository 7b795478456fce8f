//! What a client saw of a call, in the words of `interop/python/case.py`.

use serde_json::{Map, Value, json};
use testproto::echo::EchoReply;
use tonic::{Code, Status, metadata::MetadataMap};

use crate::case::{Case, hex};

/// What a client of ours sees, put down as those of other languages do.
pub(crate) struct Outcome {
    streams: bool,
    texts: Vec<String>,
    count: usize,
    bytes: usize,
    ordered: bool,
    seen: Map<String, Value>,
}

// === impl Outcome ===

impl Outcome {
    pub(crate) fn of(case: &Case) -> Self {
        let mut seen = Map::new();
        seen.insert("name".into(), (&*case.name).into());
        Self {
            streams: case.kind.server_streaming(),
            texts: Vec::new(),
            count: 0,
            bytes: 0,
            ordered: true,
            seen,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn headers(&mut self, headers: &MetadataMap) {
        self.keep(headers, "told", "x-told");
    }

    pub(crate) fn trailers(&mut self, trailers: &MetadataMap) {
        self.keep(trailers, "end", "x-end");
    }

    fn keep(&mut self, metadata: &MetadataMap, name: &str, key: &str) {
        if let Some(value) = metadata.get(key) {
            self.seen
                .insert(name.into(), value.to_str().unwrap().into());
        }
        if let Some(value) = metadata.get_bin(format!("{key}-bin")) {
            let raw = hex(&value.to_bytes().unwrap());
            self.seen.insert(format!("{name}_raw"), raw.into());
        }
    }

    pub(crate) fn reply(&mut self, reply: &EchoReply) {
        if !self.streams {
            self.seen.insert("index".into(), reply.index.into());
        }
        self.ordered &= !self.streams || self.count == reply.index as usize;
        self.count += 1;
        self.bytes += reply.payload.len();
        if self.texts.len() < 3 {
            self.texts.push(reply.text.chars().take(20).collect());
        }
    }

    /// The end of it; a client of ours that has gone away has no status.
    pub(crate) fn end(mut self, end: &Result<(), Status>) -> Value {
        if let Err(status) = end {
            self.trailers(status.metadata());
            self.seen.insert("message".into(), status.message().into());
            self.seen
                .insert("details".into(), hex(status.details()).into());
        }
        let code = end.as_ref().err().map_or(Code::Ok, Status::code);
        let rest = [
            ("code", json!(code as i32)),
            ("texts", json!(self.texts)),
            ("count", json!(self.count)),
            ("bytes", json!(self.bytes)),
            ("ordered", json!(self.ordered)),
        ];
        self.seen
            .extend(rest.map(|(key, value)| (key.to_owned(), value)));
        self.seen.into()
    }
}

/// That this outcome is the case's, and is what the case has to come to.
pub(crate) fn check(case: &Case, outcome: &Value) {
    assert_eq!(outcome["name"], *case.name);
    assert_eq!(outcome["code"], case.code as i32, "{outcome}");
    for (key, value) in &case.expected {
        assert_eq!(outcome[*key], *value, "`{key}` of {outcome}");
    }
}
