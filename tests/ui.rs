//! What the compiler says about mistakes in a use of the macros, and what it must accept.
//!
//! `tests/ui/<macro>/fail/<the_mistake>.rs` stands beside the message that it gets; `TRYBUILD=overwrite` writes the messages anew.
//! Read each as the user who made the mistake before it is committed.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/*/pass/*.rs");
    cases.compile_fail("tests/ui/*/fail/*.rs");
    // Layers that the tests of pitfalls P36, P40 and P41 have to reject, which are the compiler's.
    cases.compile_fail("tests/mutants/compiled/*.rs");
}
