//! A certificate for this run, signed by itself.

use std::path::PathBuf;

use crate::{process::folder, unique};

/// The files, for programs that want files.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

// === impl Certificate ===

impl Certificate {
    pub(crate) fn new() -> Self {
        let names = ["127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let file = |name, text: String| {
            let path = folder().join(unique(name));
            std::fs::write(&path, text).unwrap();
            path
        };
        Self {
            certificate: file("certificate", made.cert.pem()),
            key: file("key", made.signing_key.serialize_pem()),
        }
    }

    pub(crate) fn pem(&self) -> String {
        std::fs::read_to_string(&self.certificate).unwrap()
    }

    pub(crate) fn key_pem(&self) -> String {
        std::fs::read_to_string(&self.key).unwrap()
    }
}
