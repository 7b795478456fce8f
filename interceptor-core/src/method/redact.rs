//! Messages as JSON without what is not for everybody.

use prost_reflect::{
    DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor,
    ReflectMessage as _,
};
use serde_json::{Map, Value};
use tonic::Status;

use super::MessageType;
use crate::Message;

/// What stands in the place of a value.
const REDACTED: &str = "[REDACTED]";

/// The number of `debug_redact` in `google.protobuf.FieldOptions`.
const DEBUG_REDACT: u32 = 16;

/// Goes through a message's JSON and its descriptor side by side.
struct Walk<'a> {
    redact: &'a dyn Fn(&str) -> bool,
    /// Of the field that it is at, in the names of the `.proto` file.
    path: String,
}

/// A field, or an extension.
struct Field {
    name: String,
    kind: Kind,
    is_map: bool,
    is_secret: bool,
}

// === impl MessageType ===

impl MessageType<'_> {
    /// The message as JSON for a log: as [`to_json`](Self::to_json), with `"[REDACTED]"` in the place of some values.
    ///
    /// Of which, `redact` says: it is asked for the path of each field that is set, in the names of the `.proto` file, such
    /// as `card.number`. Lists and maps add nothing to a path; a field of an `Any` is asked for under the path of the
    /// `Any`. Fields with the option `debug_redact` are redacted without asking. A field's value goes as a whole, with all
    /// that is in it. The fields of each object are in the order of their names.
    ///
    /// ```
    /// use interceptor_core::{Message, Methods};
    /// # use testproto::echo::EchoRequest;
    ///
    /// let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    /// let method = methods.get("/echo.v1.Echo/UnaryEcho").expect("it is in the set");
    /// let input = method.input().expect("descriptors have types");
    ///
    /// let message = Message::encode(&EchoRequest { text: "secret".into(), count: 2, ..Default::default() });
    /// let json = input.to_redacted_json(&message, |path| path == "text")?;
    /// assert_eq!(json, r#"{"count":2,"text":"[REDACTED]"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`to_json`](Self::to_json).
    ///
    /// # Cost
    ///
    /// That of [`to_json`](Self::to_json), and a tree of the JSON.
    pub fn to_redacted_json(
        &self,
        message: &Message,
        redact: impl Fn(&str) -> bool,
    ) -> Result<String, Status> {
        let message = self.read(message)?;
        let mut json = serde_json::to_value(&message).map_err(|error| self.cannot_say(&error))?;
        let mut walk = Walk {
            redact: &redact,
            path: String::new(),
        };
        walk.message(&message, &mut json);
        Ok(json.to_string())
    }

    /// Whether messages of this type can have a field of this path, such as `card.number`, as
    /// [`to_redacted_json`](Self::to_redacted_json) says it. Into an `Any` it cannot look.
    ///
    /// # Errors
    ///
    /// Those of [`to_json`](Self::to_json) about descriptors.
    pub fn has_field(&self, path: &str) -> Result<bool, Status> {
        let mut descriptor = Some(self.descriptor()?);
        for name in path.split('.') {
            let Some(field) = descriptor.and_then(|known| known.get_field_by_name(name)) else {
                return Ok(false);
            };
            descriptor = match Field::of(&field).kind {
                Kind::Message(message) => Some(message),
                _ => None,
            };
        }
        Ok(true)
    }
}

// === impl Walk ===

impl Walk<'_> {
    fn message(&mut self, message: &DynamicMessage, json: &mut Value) {
        self.value(&message.descriptor(), json);
    }

    fn value(&mut self, descriptor: &MessageDescriptor, json: &mut Value) {
        let Value::Object(fields) = json else {
            return; // such as a timestamp, which is a string
        };
        match descriptor.full_name() {
            "google.protobuf.Any" => self.any(descriptor, fields),
            "google.protobuf.Struct" | "google.protobuf.Value" => {}
            _ => self.fields(descriptor, fields),
        }
    }

    /// The fields of what is in it stand beside `@type`, or under `value` if they have a form of their own.
    fn any(&mut self, descriptor: &MessageDescriptor, fields: &mut Map<String, Value>) {
        let url = fields.get("@type").and_then(Value::as_str);
        let name = url.and_then(|url| url.rsplit('/').next());
        let inner = name.and_then(|name| descriptor.parent_pool().get_message_by_name(name));
        if let Some(inner) = inner {
            if inner.package_name() != "google.protobuf" {
                self.fields(&inner, fields);
            } else if let Some(value) = fields.get_mut("value") {
                self.value(&inner, value);
            }
        }
    }

    fn fields(&mut self, descriptor: &MessageDescriptor, fields: &mut Map<String, Value>) {
        for (name, value) in fields.iter_mut().filter(|(name, _)| *name != "@type") {
            let before = self.path.len();
            match Field::find(descriptor, name) {
                Some(field) => self.field(&field, value),
                None => *value = REDACTED.into(), // whatever it is
            }
            self.path.truncate(before);
        }
    }

    fn field(&mut self, field: &Field, value: &mut Value) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(&field.name);
        if field.is_secret || (self.redact)(&self.path) {
            *value = REDACTED.into();
        } else if let Kind::Message(inner) = &field.kind {
            match value {
                Value::Array(list) => list.iter_mut().for_each(|value| self.value(inner, value)),
                Value::Object(map) if field.is_map => {
                    map.values_mut().for_each(|value| self.value(inner, value));
                }
                value => self.value(inner, value),
            }
        }
    }
}

// === impl Field ===

impl Field {
    /// By the name that it has in JSON.
    fn find(descriptor: &MessageDescriptor, name: &str) -> Option<Self> {
        if let Some(field) = descriptor.get_field_by_json_name(name) {
            return Some(Self::of(&field));
        }
        let mut extensions = descriptor.extensions();
        let extension = extensions.find(|extension| extension.json_name() == name)?;
        Some(Self::of_extension(&extension))
    }

    fn of(field: &FieldDescriptor) -> Self {
        let kind = match field.kind() {
            Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
            kind => kind,
        };
        Self {
            name: field.name().to_owned(),
            kind,
            is_map: field.is_map(),
            is_secret: is_secret(&field.options()),
        }
    }

    fn of_extension(extension: &ExtensionDescriptor) -> Self {
        Self {
            name: extension.json_name().to_owned(),
            kind: extension.kind(),
            is_map: false,
            is_secret: is_secret(&extension.options()),
        }
    }
}

/// Whether the options say `debug_redact`. A set with a `descriptor.proto` older than the option does not know it: there it
/// is among the unknown fields, and counts whatever it says.
fn is_secret(options: &DynamicMessage) -> bool {
    let said = options.descriptor().get_field(DEBUG_REDACT);
    match said {
        Some(field) => options.get_field(&field).as_bool() == Some(true),
        None => options
            .unknown_fields()
            .any(|field| field.number() == DEBUG_REDACT),
    }
}
