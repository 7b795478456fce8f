//! The README's example is a test of its own, beside this one.

#[test]
fn the_example_is_the_one_that_runs() {
    let (_, example) = include_str!("example.rs").split_once("\n\n").unwrap();
    assert!(include_str!("../README.md").contains(example));
}
