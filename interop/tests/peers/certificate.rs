//! A certificate for this run, signed by itself.

use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair, SanType};

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
        Self::made(&CertificateParams::new(["127.0.0.1".to_owned()]).unwrap())
    }

    /// Of a client, which has this name.
    pub(crate) fn of(uri: &str) -> Self {
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::URI(uri.try_into().unwrap())];
        Self::made(&params)
    }

    fn made(params: &CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let file = |name, text: String| {
            let path = folder().join(unique(name));
            std::fs::write(&path, text).unwrap();
            path
        };
        Self {
            certificate: file("certificate", made.pem()),
            key: file("key", key.serialize_pem()),
        }
    }

    pub(crate) fn pem(&self) -> String {
        std::fs::read_to_string(&self.certificate).unwrap()
    }

    pub(crate) fn key_pem(&self) -> String {
        std::fs::read_to_string(&self.key).unwrap()
    }
}
