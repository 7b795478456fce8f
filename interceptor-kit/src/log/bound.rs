//! Texts of a bounded length.

use std::fmt::Write as _;

/// Cuts a text that is longer than `most` bytes, and says how long it was.
pub(super) fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let length = text.len();
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        let _ = write!(text, "… ({length} bytes)");
    }
}
