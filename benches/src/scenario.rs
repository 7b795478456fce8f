/// Something that is done a number of times, always in the same way.
///
/// What it costs once is the difference of two counts, so what it builds first (a service, a runtime) costs nothing.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name on the command line: `side/below/what`, each a word.
    pub name: &'static str,
    /// Does it as often as it is told.
    pub run: fn(u32),
}

impl Scenario {
    /// A name, and what it runs.
    #[must_use]
    pub const fn new(name: &'static str, run: fn(u32)) -> Self {
        Self { name, run }
    }
}
