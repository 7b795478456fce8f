//! `cargo xtask features`: each feature of each published crate alone, and none at all; and tonic's client without its server.

use crate::{Outcome, manifest::Manifest, step::Step};

/// The crates with features: folder and name.
const CRATES: [(&str, &str); 5] = [
    (".", "grpc-interceptor"),
    ("interceptor-build", "interceptor-build"),
    ("interceptor-core", "interceptor-core"),
    ("interceptor-kit", "interceptor-kit"),
    ("providers/interceptor-prometheus", "interceptor-prometheus"),
];

/// Only the library: with its tests come the dev-dependencies, and with those features that were not asked for.
pub(crate) fn run() -> Outcome {
    for (folder, name) in CRATES {
        let manifest = Manifest::read(folder)?;
        check(name, "")?;
        for feature in manifest.features() {
            check(name, &format!(" --features {feature}"))?;
        }
    }
    Step::cargo("test --quiet -p channel-only --test origins").run()
}

fn check(name: &str, features: &str) -> Outcome {
    Step::cargo(&format!(
        "clippy --quiet -p {name} --lib --no-default-features{features} -- -D warnings"
    ))
    .run()
}
