//! The rows as a picture: what calls take, by how many of them are no slower. Both axes are logarithmic.

use std::fmt::Write as _;

use super::Row;

const STYLE: &str = "text{font:12px sans-serif;fill:#444}.title{font-weight:bold;font-size:13px;fill:#222}\
.line{fill:none;stroke-width:2}.grid{stroke:#ddd}";

/// The place of the lines: left, top, width, height.
const PLOT: (f64, f64, f64, f64) = (70.0, 44.0, 430.0, 220.0);

/// In milliseconds.
const LATENCIES: [u32; 4] = [1, 10, 100, 1_000];
const LONGEST: f64 = 2_000.0;

/// How many of 100,000 calls are slower, and what that is called.
const MARKS: [(u32, &str); 5] = [
    (50_000, "p50"),
    (10_000, "p90"),
    (1_000, "p99"),
    (100, "p99.9"),
    (10, "p99.99"),
];

/// Colour, and dashes: of two lines in one place both are seen.
const LINES: [(&str, &str); 3] = [("#e02f44", ""), ("#e0b400", "7 7"), ("#3274d9", "")];

/// The rows as a picture.
#[must_use]
pub fn draw(rows: &[Row]) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 330\" width=\"560\" height=\"330\">\n\
         <style>{STYLE}</style>\n<rect width=\"560\" height=\"330\" fill=\"#fff\"/>\n\
         <text class=\"title\" x=\"14\" y=\"24\">One call in a hundred takes a hundred times as long</text>\n"
    );
    draw_grid(&mut out);
    for (place, (row, (colour, dashes))) in rows.iter().zip(LINES).enumerate() {
        let points = points(row);
        let _ = writeln!(
            out,
            "<polyline class=\"line\" stroke=\"{colour}\" stroke-dasharray=\"{dashes}\" points=\"{points}\"/>"
        );
        let (x, name) = (70 + 150 * place, row.name.replace('`', ""));
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"300\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"310\">{name}</text>",
            x + 18
        );
    }
    out.push_str("</svg>\n");
    out
}

fn draw_grid(out: &mut String) {
    let (left, top, width, height) = PLOT;
    for latency in LATENCIES {
        let (y, right) = (y(f64::from(latency)), left + width);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{latency} ms</text>",
            left - 8.0,
            y + 4.0
        );
    }
    for (slower, name) in MARKS {
        let (x, bottom) = (x(slower), top + height);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{name}</text>",
            bottom + 18.0
        );
    }
}

/// Ten points for each tenfold.
fn points(row: &Row) -> String {
    let (most, least) = (MARKS[0].0, MARKS[MARKS.len() - 1].0);
    let mut slower = f64::from(most);
    let mut out = String::new();
    while slower >= f64::from(least) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 10 to 50,000"
        )]
        let whole = slower as u32;
        let took = row.within(100_000 - whole as usize).as_secs_f64() * 1_000.0;
        let _ = write!(out, "{:.1},{:.1} ", x(whole), y(took));
        slower /= 10_f64.powf(0.05);
    }
    out.trim_end().to_owned()
}

fn x(slower: u32) -> f64 {
    let (left, _, width, _) = PLOT;
    let decades = |slower: u32| (100_000.0 / f64::from(slower)).log10();
    let (from, to) = (decades(MARKS[0].0), decades(MARKS[MARKS.len() - 1].0));
    left + width * (decades(slower) - from) / (to - from)
}

fn y(millis: f64) -> f64 {
    let (_, top, _, height) = PLOT;
    top + height * (1.0 - millis.max(1.0).log10() / LONGEST.log10())
}
