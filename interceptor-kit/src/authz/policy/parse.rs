//! The JSON of a policy: what it says, and what is wrong with it.

use std::{fmt, marker::PhantomData, sync::Arc};

use http::HeaderName;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Value, json};

use super::{
    engine::{HeaderRule, Policy, Rule},
    matcher::Matcher,
};
use crate::authz::{AuditCondition, AuditLogger, AuditLoggers, audit::Audit};

/// Headers of one hop: nobody can rely on them.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyJson {
    #[serde(default)]
    name: String,
    #[serde(default)]
    deny_rules: Vec<Object<RuleJson>>,
    #[serde(default)]
    allow_rules: Vec<Object<RuleJson>>,
    #[serde(default)]
    audit_logging_options: Object<AuditJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleJson {
    #[serde(default)]
    name: String,
    #[serde(default)]
    source: Object<SourceJson>,
    #[serde(default)]
    request: Object<RequestJson>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SourceJson {
    #[serde(default)]
    principals: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RequestJson {
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    headers: Vec<Object<HeaderJson>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderJson {
    #[serde(default)]
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct AuditJson {
    #[serde(default)]
    audit_condition: ConditionJson,
    #[serde(default)]
    audit_loggers: Vec<Object<LoggerJson>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ConditionJson {
    #[default]
    None,
    OnDeny,
    OnAllow,
    OnDenyAndAllow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoggerJson {
    #[serde(default)]
    name: String,
    config: Option<Value>,
    #[serde(default)]
    is_optional: bool,
}

/// An object. serde would take an array of the fields' values for one, too.
#[derive(Default)]
struct Object<T>(T);

struct ObjectVisitor<T>(PhantomData<T>);

type Parsed<T> = Result<T, String>;

// === impl Object ===

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = deserializer.deserialize_map(ObjectVisitor(PhantomData));
        object.map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

pub(super) fn policy(text: &str, loggers: &AuditLoggers) -> Parsed<Policy> {
    let Object::<PolicyJson>(json) =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    named(&json.name, "the policy")?;
    if json.allow_rules.is_empty() {
        return Err("`allow_rules` is missing or empty".to_owned());
    }
    let rules = |kind: &str, rules: Vec<Object<RuleJson>>| -> Parsed<Vec<Rule>> {
        let rules = rules.into_iter().enumerate();
        rules
            .map(|(index, Object(json))| {
                rule(&json).map_err(|error| format!("{kind}[{index}]: {error}"))
            })
            .collect()
    };
    Ok(Policy {
        deny: rules("deny_rules", json.deny_rules)?,
        allow: rules("allow_rules", json.allow_rules)?,
        audit: audit(json.audit_logging_options.0, loggers)?,
        name: json.name,
    })
}

fn named(name: &str, what: &str) -> Parsed<()> {
    match name {
        "" => Err(format!("{what} has no `name`")),
        _ => Ok(()),
    }
}

fn rule(json: &RuleJson) -> Parsed<Rule> {
    named(&json.name, "the rule")?;
    let headers = json
        .request
        .0
        .headers
        .iter()
        .map(|Object(json)| header(json));
    Ok(Rule {
        name: json.name.clone(),
        principals: matchers(&json.source.0.principals),
        paths: matchers(&json.request.0.paths),
        headers: headers.collect::<Parsed<_>>()?,
    })
}

fn matchers(texts: &[String]) -> Vec<Matcher> {
    texts.iter().map(|text| Matcher::of(text)).collect()
}

fn header(json: &HeaderJson) -> Parsed<HeaderRule> {
    let key = json.key.to_ascii_lowercase();
    if key.is_empty() {
        return Err("a header has no `key`".to_owned());
    }
    if key.starts_with(':') || key.starts_with("grpc-") || HOP_BY_HOP.contains(&&*key) {
        return Err(format!("the header `{key}` cannot be asked for"));
    }
    if json.values.is_empty() {
        return Err(format!("the header `{key}` has no `values`"));
    }
    let name = HeaderName::try_from(&key);
    Ok(HeaderRule {
        name: name.map_err(|_| format!("`{key}` is not the name of a header"))?,
        values: matchers(&json.values),
    })
}

fn audit(json: AuditJson, loggers: &AuditLoggers) -> Parsed<Audit> {
    let made = json
        .audit_loggers
        .into_iter()
        .filter_map(|Object(json)| logger(json, loggers));
    Ok(Audit {
        condition: match json.audit_condition {
            ConditionJson::None => AuditCondition::None,
            ConditionJson::OnDeny => AuditCondition::OnDeny,
            ConditionJson::OnAllow => AuditCondition::OnAllow,
            ConditionJson::OnDenyAndAllow => AuditCondition::OnDenyAndAllow,
        },
        loggers: made.collect::<Parsed<_>>()?,
    })
}

/// None for one that nobody knows, if it is optional.
fn logger(json: LoggerJson, loggers: &AuditLoggers) -> Option<Parsed<Arc<dyn AuditLogger>>> {
    if let Err(error) = named(&json.name, "an audit logger") {
        return Some(Err(error));
    }
    let config = json.config.unwrap_or_else(|| json!({}));
    if !config.is_object() {
        return Some(Err(format!(
            "the `config` of the audit logger `{}` is no object",
            json.name
        )));
    }
    match loggers.make(&json.name, &config) {
        Some(Err(error)) => Some(Err(format!("the audit logger `{}`: {error}", json.name))),
        None if !json.is_optional => Some(Err(format!(
            "nobody knows the audit logger `{}`",
            json.name
        ))),
        made => made,
    }
}
