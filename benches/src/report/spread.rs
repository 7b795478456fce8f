//! The median of some samples, and the interval that holds the true one in 95 of 100 runs.

use crate::Figure;

/// A median between the bounds of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Half of the samples are below.
    pub median: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Spread {
    /// Of at least six samples: fewer have no such interval.
    ///
    /// The bounds are samples themselves, by their ranks (of 30, the tenth from each end), so nothing has to be known of how
    /// the samples are spread.
    #[must_use]
    pub fn of(mut samples: Vec<f64>) -> Option<Self> {
        samples.sort_by(f64::total_cmp);
        let cut = cut(samples.len())?;
        let (lower, upper) = (samples.len().div_ceil(2) - 1, samples.len() / 2);
        Some(Self {
            median: f64::midpoint(samples[lower], samples[upper]),
            low: samples[cut],
            high: samples[samples.len() - 1 - cut],
        })
    }

    /// Whether the interval reaches the figure.
    #[must_use]
    pub fn reaches(&self, figure: Figure) -> bool {
        match figure {
            Figure::AtLeast(least) => self.high >= least,
            Figure::AtMost(most) => self.low <= most,
        }
    }
}

/// How many samples are cut off at each end: as many as 2.5 % of the binomial distribution allow.
fn cut(samples: usize) -> Option<usize> {
    let mut probability = 0.5_f64.powi(i32::try_from(samples).ok()?);
    let mut tail = probability;
    let mut cut = None;
    for rank in 0_u32.. {
        if tail > 0.025 {
            break;
        }
        cut = Some(rank as usize);
        let left = f64::from(u32::try_from(samples).ok()? - rank);
        probability *= left / f64::from(rank + 1);
        tail += probability;
    }
    cut
}

impl From<[f64; 3]> for Spread {
    fn from([median, low, high]: [f64; 3]) -> Self {
        Self { median, low, high }
    }
}

impl From<Spread> for [f64; 3] {
    fn from(spread: Spread) -> Self {
        [spread.median, spread.low, spread.high]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_thirty_the_tenth_from_each_end_bounds_the_interval() {
        let samples = (1..=30).rev().map(f64::from).collect();
        let spread = Spread::of(samples).unwrap();
        assert_eq!(spread, [15.5, 10.0, 21.0].into());
    }

    #[test]
    fn of_six_the_ends_do() {
        let samples = (1..=6).map(f64::from).collect();
        let spread = Spread::of(samples).unwrap();
        assert_eq!(spread, [3.5, 1.0, 6.0].into());
        assert_eq!(Spread::of(vec![1.0; 5]), None);
        assert_eq!(Spread::of(Vec::new()), None);
    }

    #[test]
    fn an_odd_number_has_its_middle() {
        let samples = (1..=7).map(f64::from).collect();
        assert_eq!(Spread::of(samples), Some([4.0, 1.0, 7.0].into()));
    }

    #[test]
    fn a_figure_is_reached_by_the_end_of_the_interval_that_is_nearer() {
        let spread = Spread::from([0.95, 0.93, 0.97]);
        assert!(spread.reaches(Figure::AtLeast(0.97)));
        assert!(!spread.reaches(Figure::AtLeast(0.971)));
        assert!(spread.reaches(Figure::AtMost(0.93)));
        assert!(!spread.reaches(Figure::AtMost(0.92)));
    }
}
