//! Policies in the JSON of gRFC A43.

mod engine;
mod file;
mod matcher;
mod parse;

pub use engine::Policy;
pub(super) use engine::principal_of;
pub use file::PolicyFile;
