//! Says how many lines of some folders a run has reached: `coverage <profile> <binary> <folder>…`. Less than 95 % of one of
//! them is an error.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

use llvm_profparser::{CoverageMapping, CoverageReport, SourceLocation, merge_profiles};

/// In percent.
const REQUIRED: usize = 95;

/// Lines that have code in them, and those of them that were reached.
#[derive(Default)]
struct Lines {
    all: usize,
    reached: usize,
    /// File and number of those that were not.
    missed: Vec<(PathBuf, usize)>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [profile, binary, folders @ ..] = &words[..] else {
        return Err("coverage <profile> <binary> <folder>…".into());
    };
    let profile = merge_profiles(&[profile])?;
    let objects = [binary.clone()];
    let report = CoverageMapping::new(&objects, &profile, true)?.generate_report()?;
    let enough = folders.iter().map(|folder| tell(folder, &report));
    let enough: Vec<bool> = enough.collect::<Result<_, _>>()?;
    Ok(ExitCode::from(u8::from(enough.contains(&false))))
}

/// Prints what was reached of a folder, and says whether it is enough.
fn tell(folder: &Path, report: &CoverageReport) -> Result<bool, Box<dyn Error>> {
    let lines = Lines::of(&folder.canonicalize()?, report);
    if lines.all == 0 {
        return Err(format!("nothing of {} is in the binary", folder.display()).into());
    }
    let percent = lines.reached * 100 / lines.all;
    let (reached, all) = (lines.reached, lines.all);
    println!(
        "{}: {reached} of {all} lines, {percent} %",
        folder.display()
    );
    for (file, line) in &lines.missed {
        println!("  not reached: {}:{line}", file.display());
    }
    Ok(percent >= REQUIRED)
}

/// How often each region of a file ran.
type Regions = BTreeMap<SourceLocation, usize>;

// === impl Lines ===

impl Lines {
    /// A file is in the binary once for each crate that it is a part of: what one of them ran, it ran.
    fn of(folder: &Path, report: &CoverageReport) -> Self {
        let mut files: BTreeMap<PathBuf, Regions> = BTreeMap::new();
        for (file, result) in &report.files {
            let Ok(file) = file.canonicalize() else {
                continue; // of another machine: the standard library's
            };
            if file.starts_with(folder) {
                let regions = files.entry(file).or_default();
                for (region, hits) in &result.hits {
                    *regions.entry(region.clone()).or_default() += hits;
                }
            }
        }
        let mut lines = Self::default();
        files
            .iter()
            .for_each(|(file, regions)| lines.add(file, regions));
        lines
    }

    fn add(&mut self, file: &Path, regions: &Regions) {
        let last = regions.keys().map(|region| region.line_end).max();
        for line in 1..=last.unwrap_or(0) {
            let Some(hits) = hits(regions, line) else {
                continue;
            };
            self.all += 1;
            if hits > 0 {
                self.reached += 1;
            } else {
                self.missed.push((file.to_owned(), line));
            }
        }
    }
}

/// How often a line ran: as often as the smallest region around it. Several may be the smallest: the parts of one line.
fn hits(regions: &Regions, line: usize) -> Option<usize> {
    let around = regions.iter().filter(|(region, _)| {
        let lines = region.line_start..=region.line_end;
        lines.contains(&line)
    });
    let sized = around.map(|(region, hits)| (region.line_end - region.line_start, *hits));
    let least = sized.clone().map(|(size, _)| size).min()?;
    let smallest = sized.filter(|(size, _)| *size == least);
    smallest.map(|(_, hits)| hits).max()
}
