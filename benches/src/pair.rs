//! What no one can count, and so is done in turns with what it is compared with.

/// Two things that are done in turns, in one run: one line of the results, with a median and its interval.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// Its key in `figures.tsv`, and its name on the command line.
    pub id: &'static str,
    /// What it says in `RESULTS.md`.
    pub what: &'static str,
    /// What it is to reach.
    pub figure: Option<Figure>,
    /// How many pairs: fewer for what takes minutes.
    pub pairs: u32,
}

/// A figure to reach; it is reached if the 95 % interval of the median reaches it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// The more, the better.
    AtLeast(f64),
    /// The less, the better.
    AtMost(f64),
}

/// Over TCP on this machine: done by the program `pairs`.
pub const LOOPBACK: &[Pair] = &[
    Pair::new(
        "loopback/unary",
        "unary calls, ten interceptors on each side",
    )
    .reaching(Figure::AtLeast(0.97)),
    Pair::new(
        "loopback/replies",
        "streamed replies, ten interceptors on each side",
    )
    .reaching(Figure::AtLeast(0.97)),
    Pair::new(
        "loopback/tonic",
        "unary calls, ten of tonic's `Interceptor` on each side",
    ),
    Pair::new(
        "loopback/tower",
        "unary calls, ten tower layers by hand on each side, which read the final status",
    ),
    Pair::new(
        "loopback/sync-definition",
        "unary calls, one sync definition on each side, over the same with `async`",
    ),
    Pair::new(
        "loopback/sync-caller",
        "unary calls of sixteen threads through `blocking::Client`, over `block_on` with tonic's own client",
    ),
    Pair::new(
        "loopback/replay-kept",
        "one call of ten thousand streamed requests that `retry` keeps, over tonic alone",
    ),
    Pair::new(
        "loopback/replay-past-limit",
        "the same, of which `retry` keeps the first 256 KiB",
    ),
    Pair::new(
        "loopback/replay-again",
        "the same, sent twice because the first attempt failed behind its last message, over a caller who sends them twice by hand",
    ),
    Pair::new(
        "loopback/nothing",
        "unary calls, tonic alone: what chance does",
    ),
];

/// The time of the macros: done by the runner.
pub const MACROS: &[Pair] = &[Pair::new(
    "compiler/macros",
    "one hundred uses of the attribute and twenty derives, milliseconds",
)
.reaching(Figure::AtMost(150.0))];

/// A clean build of a user's crate: done by the runner.
pub const BUILD: &[Pair] = &[Pair::new(
    "compiler/build",
    "CPU of a user's crate with the facade, over its CPU with tonic, tonic-prost and prost alone",
)
.reaching(Figure::AtMost(1.15))
.of(6)];

// === impl Pair ===

impl Pair {
    const fn new(id: &'static str, what: &'static str) -> Self {
        Self {
            id,
            what,
            figure: None,
            pairs: 30,
        }
    }

    const fn reaching(mut self, figure: Figure) -> Self {
        self.figure = Some(figure);
        self
    }

    const fn of(mut self, pairs: u32) -> Self {
        self.pairs = pairs;
        self
    }
}
