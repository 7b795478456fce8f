//! `cargo xtask start`: follows `docs/start.md` to the letter, in an empty folder outside of this repository and with an empty
//! `CARGO_HOME`, and compares what the page says with what is seen.
//!
//! Nothing is run that is not in the page, and its commands find nothing but cargo, rustc and a linker: a step that needs
//! another tool, or that the page forgets, fails here. Our crates are taken from the checkout; see [`place`].

mod page;
mod place;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use self::{
    page::{Block, blocks},
    place::Place,
};
use crate::{Outcome, step::root};

const PAGE: &str = "docs/start.md";

/// Follows the page.
pub(crate) fn run() -> Outcome {
    let text = fs::read_to_string(root().join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
    let steps = blocks(&text).map_err(|error| format!("{PAGE}: {error}"))?;
    let mut place = Place::make(&text)?;
    let started = Instant::now();
    let mut seen = None;
    for step in &steps {
        match step {
            Block::Commands(lines) => seen = Some(commands(&mut place, lines)?),
            Block::File { name, text } => {
                println!("  writes {name}");
                place.write(name, text)?;
            }
            Block::Output(promised) => compare(promised, seen.as_deref())?,
        }
    }
    only_ours(&place.read("Cargo.lock")?)?;
    println!("  followed in {}", seconds(started.elapsed()));
    Ok(())
}

/// What they print.
fn commands(place: &mut Place, lines: &[String]) -> Result<String, String> {
    let mut seen = String::new();
    for line in lines {
        println!("\n$ {line}");
        match line.strip_prefix("cd ") {
            Some(folder) => place.go(folder)?,
            None => seen += &command(place, line)?,
        }
    }
    Ok(seen)
}

fn command(place: &Place, line: &str) -> Result<String, String> {
    let started = Instant::now();
    let child = place
        .shell(line)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the shell could not be started: {error}"))?;
    let (ended, seen, warnings) = followed(child).map_err(|error| format!("{line}: {error}"))?;
    print!("{seen}");
    println!("  ({})", seconds(started.elapsed()));
    if !ended {
        return Err(format!("{PAGE}: `{line}` failed"));
    }
    match warnings.first() {
        Some(warning) => Err(format!("{PAGE}: `{line}` warns a new user: {warning}")),
        None => Ok(seen),
    }
}

/// Whether it went well, what it printed, and the warnings among what it said on standard error, which is passed on.
fn followed(mut child: Child) -> std::io::Result<(bool, String, Vec<String>)> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let printed = thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.map_or(Ok(0), |mut stdout| stdout.read_to_string(&mut text));
        read.map(|_| text)
    });
    let mut warnings = Vec::new();
    for line in stderr.into_iter().flat_map(|it| BufReader::new(it).lines()) {
        let line = line?;
        eprintln!("{line}");
        if line.starts_with("warning") {
            warnings.push(line);
        }
    }
    let seen = printed.join().unwrap_or_else(|_| Ok(String::new()))?;
    Ok((child.wait()?.success(), seen, warnings))
}

fn compare(promised: &str, seen: Option<&str>) -> Outcome {
    match seen {
        Some(seen) if seen == promised => Ok(()),
        Some(seen) => Err(format!(
            "{PAGE} promises\n{promised}and this was printed:\n{seen}"
        )),
        None => Err(format!("{PAGE}: there is output before there is a command")),
    }
}

/// A registry may have crates of our names that are not ours.
fn only_ours(lock: &str) -> Outcome {
    let mut ours = 0;
    for package in lock.split("[[package]]").skip(1) {
        let name = package
            .lines()
            .find_map(|line| line.strip_prefix("name = \""));
        let name = name.unwrap_or_default().trim_end_matches('"');
        if !name.starts_with("interceptor-") && name != "grpc-interceptor" {
            continue;
        }
        if package.contains("\nsource = ") {
            return Err(format!(
                "`{name}` came from a registry, not from this repository"
            ));
        }
        ours += 1;
    }
    if ours == 0 {
        return Err("none of our crates is in the reader's Cargo.lock".to_owned());
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.0} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{compare, only_ours};

    const OURS: &str = "[[package]]\nname = \"interceptor-core\"\nversion = \"0.1.0\"\n";

    #[test]
    fn a_crate_of_our_name_from_elsewhere_is_an_error() {
        assert_eq!(only_ours(OURS), Ok(()));
        let foreign = format!("{OURS}source = \"registry+https://example.org\"\n");
        assert!(
            only_ours(&foreign)
                .unwrap_err()
                .contains("interceptor-core")
        );
        assert!(only_ours("[[package]]\nname = \"tonic\"\n").is_err());
    }

    #[test]
    fn what_is_promised_is_what_is_seen() {
        assert_eq!(compare("a\n", Some("a\n")), Ok(()));
        assert!(compare("a\n", Some("b\n")).is_err());
        assert!(compare("a\n", None).is_err());
    }
}
