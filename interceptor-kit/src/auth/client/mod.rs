//! Who is calling: on a client.

mod cache;
mod interceptor;
mod source;
mod token;

pub use interceptor::CallCredentials;
pub use source::{TokenFile, TokenSource, http_failure};
pub use token::Token;
