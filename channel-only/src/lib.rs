//! Nothing: its test is what it is for. It is a crate of its own because features are those of all crates that are built
//! together.
