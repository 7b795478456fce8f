//! What the compiler checks, in constants of its own and as values; and what a layer checks once more.

mod compiled;
mod layers;
mod require;
