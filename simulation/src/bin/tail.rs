//! `tail`: measures the slowest calls, and writes the drawing and the table of the guide; `tail --check` compares.

#![allow(
    clippy::print_stdout,
    reason = "a command-line tool: its output is for the terminal"
)]

use std::{env, error::Error, fs, path::Path};

use simulation::tail::{draw, rows, table};

const PICTURE: &str = "docs/tail.svg";
const PAGE: &str = "docs/hedging.md";
/// What the table stands between.
const MARKS: (&str, &str) = ("<!-- tail -->\n", "<!-- /tail -->");

fn main() -> Result<(), Box<dyn Error>> {
    let rows = rows();
    let (table, picture) = (table(&rows), draw(&rows));
    println!("{table}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join(PAGE))?;
    let page = with_table(&page, &table).ok_or("docs/hedging.md has lost its marks")?;
    for (path, new) in [(PICTURE, picture), (PAGE, page)] {
        let path = root.join(path);
        if !env::args().any(|word| word == "--check") {
            fs::write(path, new)?;
        } else if fs::read_to_string(&path)? != new {
            return Err(format!("{}: `cargo xtask tail` writes it anew", path.display()).into());
        }
    }
    Ok(())
}

fn with_table(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{}\n{table}\n{}{after}", MARKS.0, MARKS.1))
}
