//! What was expected beside what was seen.

use std::fmt::{self, Write as _};

/// Two texts line by line, side by side. `Display` marks the lines that are not the same.
///
/// ```
/// use interceptor_test::SideBySide;
///
/// let sides = SideBySide::new("call\nend Ok", "call\nend Aborted");
/// assert!(!sides.are_same());
/// assert_eq!(sides.to_string(), "
///   expected | seen
///   call     | call
/// > end Ok   | end Aborted
/// ".trim_start_matches('\n'));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideBySide {
    rows: Vec<[Option<String>; 2]>,
}

// === impl SideBySide ===

impl SideBySide {
    /// What was expected, and what was seen. What is around the lines of a text is left out, and so are empty lines at its
    /// beginning and its end.
    #[must_use]
    pub fn new(expected: &str, seen: &str) -> Self {
        Self {
            rows: aligned(&lines(expected), &lines(seen)),
        }
    }

    /// Whether there is no difference.
    #[must_use]
    pub fn are_same(&self) -> bool {
        self.rows.iter().all(|[expected, seen]| expected == seen)
    }

    /// # Panics
    ///
    /// If there is a difference, with both sides, and with this above them.
    #[track_caller]
    pub(crate) fn assert(&self, what: impl fmt::Display) {
        assert!(self.are_same(), "{what}\n{self}");
    }
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.trim().lines();
    lines.map(|line| line.trim().to_owned()).collect()
}

/// The same lines beside each other: as many as can be, in order.
fn aligned(expected: &[String], seen: &[String]) -> Vec<[Option<String>; 2]> {
    let common = common(expected, seen);
    let (mut left, mut right) = (0, 0);
    let mut rows = Vec::new();
    for (next_left, next_right) in common.into_iter().chain([(expected.len(), seen.len())]) {
        // What differs in between stands beside each other, too.
        for at in 0..(next_left - left).max(next_right - right) {
            let line = |lines: &[String], start: usize, end: usize| {
                let at = start + at;
                (at < end).then(|| lines[at].clone())
            };
            rows.push([
                line(expected, left, next_left),
                line(seen, right, next_right),
            ]);
        }
        if let (Some(expected), Some(seen)) = (expected.get(next_left), seen.get(next_right)) {
            rows.push([Some(expected.clone()), Some(seen.clone())]);
        }
        (left, right) = (next_left + 1, next_right + 1);
    }
    rows
}

/// Where the longest common subsequence stands on both sides.
fn common(expected: &[String], seen: &[String]) -> Vec<(usize, usize)> {
    let width = seen.len() + 1;
    let mut longest = vec![0_usize; (expected.len() + 1) * width];
    for left in (0..expected.len()).rev() {
        for right in (0..seen.len()).rev() {
            longest[left * width + right] = if expected[left] == seen[right] {
                longest[(left + 1) * width + right + 1] + 1
            } else {
                longest[(left + 1) * width + right].max(longest[left * width + right + 1])
            };
        }
    }
    let (mut left, mut right, mut pairs) = (0, 0, Vec::new());
    while left < expected.len() && right < seen.len() {
        if expected[left] == seen[right] {
            pairs.push((left, right));
            (left, right) = (left + 1, right + 1);
        } else if longest[(left + 1) * width + right] >= longest[left * width + right + 1] {
            left += 1;
        } else {
            right += 1;
        }
    }
    pairs
}

impl fmt::Display for SideBySide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lefts = self
            .rows
            .iter()
            .filter_map(|[expected, _]| expected.as_ref());
        let width = lefts.map(|line| line.chars().count()).max();
        let width = width.unwrap_or_default().max("expected".len());
        let mut row = |mark: &str, expected: &str, seen: &str| {
            let mut line = String::new();
            write!(line, "{mark} {expected:width$} | {seen}")?;
            writeln!(f, "{}", line.trim_end())
        };
        row(" ", "expected", "seen")?;
        for [expected, seen] in &self.rows {
            let mark = if expected == seen { " " } else { ">" };
            let text = |side: &Option<String>| side.clone().unwrap_or_default();
            row(mark, &text(expected), &text(seen))?;
        }
        Ok(())
    }
}
