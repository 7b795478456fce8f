//! The fixtures of the UI tests and their compiler messages.

use super::{
    Finding,
    tree::{File, Tree},
};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let fixtures = tree.files.iter().filter(|file| file.is_in("fail"));
    fixtures
        .filter_map(|file| missing_partner(tree, file))
        .collect()
}

fn missing_partner(tree: &Tree, file: &File) -> Option<Finding> {
    let other = if file.is_rust() { "stderr" } else { "rs" };
    let partner = file.path.with_extension(other);
    (!tree.has(&partner)).then(|| {
        format!(
            "{} is missing (TRYBUILD=overwrite writes messages)",
            partner.display()
        )
    })
}
