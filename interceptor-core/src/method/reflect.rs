//! Messages as JSON and back, by their descriptors.

use std::{fmt, panic::catch_unwind, sync::OnceLock};

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use tonic::Status;

use super::MessageType;
use crate::Message;

/// Knows message types.
pub(super) trait Describe: fmt::Debug + Send + Sync {
    /// The type of this name, or why there is none.
    fn message(&self, name: &str) -> Result<MessageDescriptor, &str>;
}

/// The bytes of a file descriptor set, and what is made of them when a message is first turned into JSON. All methods of
/// the set share it, also in the tables that it is merged into.
pub(super) struct DescriptorSet {
    bytes: Box<[u8]>,
    pool: OnceLock<Result<DescriptorPool, String>>,
}

// === impl DescriptorSet ===

impl DescriptorSet {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.into(),
            pool: OnceLock::new(),
        }
    }
}

impl Describe for DescriptorSet {
    fn message(&self, name: &str) -> Result<MessageDescriptor, &str> {
        match self.pool.get_or_init(|| pool_of(&self.bytes)) {
            Ok(pool) => pool.get_message_by_name(name).ok_or("it is not in the set"),
            Err(reason) => Err(reason),
        }
    }
}

/// prost-reflect panics at a file of another syntax, such as `editions`, while it looks for the name of that file.
fn pool_of(bytes: &[u8]) -> Result<DescriptorPool, String> {
    match catch_unwind(|| DescriptorPool::decode(bytes)) {
        Ok(decoded) => decoded.map_err(|error| error.to_string()),
        Err(_) => Err("a file of it is neither of proto2 and proto3".to_owned()),
    }
}

impl fmt::Debug for DescriptorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DescriptorSet({} bytes)", self.bytes.len())
    }
}

// === impl MessageType ===

impl MessageType<'_> {
    /// The message as JSON: the JSON mapping of Protobuf, on one line, without the fields that have their default value.
    ///
    /// ```
    /// use interceptor_core::{Message, Methods};
    ///
    /// let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    /// let method = methods.get("/echo.v1.Echo/UnaryEcho").expect("it is in the set");
    /// let input = method.input().expect("descriptors have types");
    ///
    /// let message = input.from_json(r#"{ "text": "hello", "count": 2 }"#)?;
    /// assert_eq!(input.to_json(&message)?, r#"{"text":"hello","count":2}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// UNIMPLEMENTED if the table has no descriptors of this type: those of health and reflection, which every table has,
    /// come without. INTERNAL if the descriptor set lacks imports, if the bytes are not a message of this type, or if JSON
    /// cannot say it, such as a timestamp in the year 10,000. And those of [`Message::bytes`].
    ///
    /// # Cost
    ///
    /// The first use of a descriptor set reads all of it: milliseconds. After that, a tree of the message and the text.
    pub fn to_json(&self, message: &Message) -> Result<String, Status> {
        let message = self.read(message)?;
        serde_json::to_string(&message).map_err(|error| self.cannot_say(&error))
    }

    /// The message that this JSON says.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT`, with line and column, if it is not JSON, or not that of a message of this type; a field that
    /// the type does not have is an error. And those of [`to_json`](Self::to_json) about descriptors.
    pub fn from_json(&self, json: &str) -> Result<Message, Status> {
        let descriptor = self.descriptor()?;
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let message = DynamicMessage::deserialize(descriptor, &mut deserializer)
            .and_then(|message| deserializer.end().map(|()| message));
        match message {
            Ok(message) => Ok(Message::from_bytes(message.encode_to_vec().into())),
            Err(error) => Err(Status::invalid_argument(format!(
                "this is not the JSON of a `{self}`: {error}"
            ))),
        }
    }

    pub(super) fn read(&self, message: &Message) -> Result<DynamicMessage, Status> {
        let bytes = message.bytes()?;
        DynamicMessage::decode(self.descriptor()?, bytes)
            .map_err(|error| self.internal("cannot decode the message as", &error))
    }

    pub(super) fn descriptor(&self) -> Result<MessageDescriptor, Status> {
        match self.descriptors().set() {
            Some(set) => set
                .message(self.name())
                .map_err(|reason| self.unusable(reason)),
            None => Err(self.no_descriptors()),
        }
    }

    #[cold]
    fn no_descriptors(&self) -> Status {
        Status::unimplemented(format!(
            "the method table has no descriptors of `{self}`: merge `Methods::from_file_descriptor_set(…)` of its .proto \
             file into the table; those of health and reflection are in tonic-health and tonic-reflection, as `FILE_DESCRIPTOR_SET`"
        ))
    }

    #[cold]
    fn unusable(&self, reason: &str) -> Status {
        Status::internal(format!(
            "the file descriptor set cannot describe `{self}` ({reason}): write it with all that is imported, as \
             `file_descriptor_set_path` of tonic-prost-build and `protoc --include_imports` do"
        ))
    }

    #[cold]
    pub(super) fn cannot_say(&self, error: &dyn fmt::Display) -> Status {
        self.internal("JSON cannot say this message of", error)
    }

    #[cold]
    fn internal(&self, what: &str, error: &dyn fmt::Display) -> Status {
        Status::internal(format!("{what} `{self}`: {error}"))
    }
}
