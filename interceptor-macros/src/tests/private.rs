//! `__private` exports exactly what generated code names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{Item, UseTree, Visibility};

/// Every `__p::name` of the snapshots, which are as many as there are ways to generate code.
fn named() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let files = fs::read_dir(folder).expect("the snapshots");
    let sources = files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"));
    sources.flat_map(|source| paths(&source)).collect()
}

fn paths(source: &str) -> Vec<String> {
    let starts = source.split("__p::").skip(1);
    let name = |rest: &str| {
        rest.chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect()
    };
    starts.map(name).collect()
}

fn exported(file: &syn::File) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in &file.items {
        match item {
            Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => {
                leaves("", &item.tree, &mut names);
            }
            Item::Fn(item) => drop(names.insert(item.sig.ident.to_string())),
            Item::Struct(item) => drop(names.insert(item.ident.to_string())),
            Item::Type(item) => drop(names.insert(item.ident.to_string())),
            _ => {}
        }
    }
    names
}

/// The last words of a `use`; `self` is the word before it.
fn leaves(before: &str, tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.ident.to_string(), &path.tree, names),
        UseTree::Name(name) if name.ident == "self" => drop(names.insert(before.to_owned())),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|tree| leaves(before, tree, names)),
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

#[test]
fn private_exports_what_is_named_and_nothing_more() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../interceptor-core/src/private.rs");
    // Not there in the published package.
    let Ok(source) = fs::read_to_string(path) else {
        return;
    };
    let exported = exported(&syn::parse_file(&source).expect("Rust"));
    let named = named();
    let missing: Vec<_> = named.difference(&exported).collect();
    let idle: Vec<_> = exported.difference(&named).collect();
    assert!(
        missing.is_empty(),
        "generated code names what `__private` does not export: {missing:?}"
    );
    assert!(
        idle.is_empty(),
        "`__private` exports what no generated code names: {idle:?}"
    );
}
