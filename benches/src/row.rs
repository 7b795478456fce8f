use crate::Scenario;

/// One line of the results: what one scenario costs over another, divided among what it has more.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its key in `figures.tsv`. It stays when the wording changes.
    pub id: &'static str,
    /// What it says in `RESULTS.md`.
    pub what: &'static str,
    /// What is measured.
    pub of: Scenario,
    /// What is taken off; nothing for a row that says what there is to compare with.
    pub over: Option<Scenario>,
    /// Among how many the difference is divided.
    pub among: u32,
    /// What it may cost.
    pub budget: Budget,
}

/// What a row may cost. What is not set is reported, and held by the gate, but has no figure to meet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    /// Instructions, at most.
    pub instructions: Option<u32>,
    /// Allocations, at most.
    pub allocations: Option<u32>,
    /// Allocated bytes, at most.
    pub bytes: Option<u32>,
}

/// Rows that belong together: one file, one table.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// The heading of its table.
    pub title: &'static str,
    /// What a reader has to know, in a sentence or two.
    pub about: &'static str,
    /// Its lines, in the order of the table.
    pub rows: &'static [Row],
}

// === impl Row ===

impl Row {
    /// What a scenario costs by itself.
    #[must_use]
    pub const fn new(id: &'static str, what: &'static str, of: Scenario) -> Self {
        Self {
            id,
            what,
            of,
            over: None,
            among: 1,
            budget: Budget::NONE,
        }
    }

    /// Takes off what another scenario costs.
    #[must_use]
    pub const fn over(mut self, scenario: Scenario) -> Self {
        self.over = Some(scenario);
        self
    }

    /// Divides the difference, for "each further one".
    #[must_use]
    pub const fn among(mut self, parts: u32) -> Self {
        self.among = parts;
        self
    }

    /// At most so many instructions.
    #[must_use]
    pub const fn instructions(mut self, most: u32) -> Self {
        self.budget.instructions = Some(most);
        self
    }

    /// At most so many allocations.
    #[must_use]
    pub const fn allocations(mut self, most: u32) -> Self {
        self.budget.allocations = Some(most);
        self
    }

    /// At most so many allocated bytes.
    #[must_use]
    pub const fn bytes(mut self, most: u32) -> Self {
        self.budget.bytes = Some(most);
        self
    }
}

// === impl Budget ===

impl Budget {
    /// No figure to meet.
    pub const NONE: Self = Self {
        instructions: None,
        allocations: None,
        bytes: None,
    };
}
