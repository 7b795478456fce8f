//! `docs/start.md` as steps: what a reader types, which files they write, and what they are promised to see.

/// One block of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Lines for a shell.
    Commands(Vec<String>),
    /// A file, named in the line before the block, relative to where the reader is.
    File { name: String, text: String },
    /// What the commands before it print.
    Output(String),
}

/// The blocks in their order. A block that is none of the three is an error: the page would ask for something that nobody
/// checks.
pub(super) fn blocks(page: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            before = if line.trim().is_empty() { before } else { line };
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(block(language, before, &body)?);
    }
    Ok(blocks)
}

fn block(language: &str, before: &str, body: &[&str]) -> Result<Block, String> {
    if language == "sh" {
        let lines = body.iter().filter(|line| !line.trim().is_empty());
        return Ok(Block::Commands(
            lines.map(|&line| line.to_owned()).collect(),
        ));
    }
    let text = body.join("\n") + "\n";
    if language == "text" {
        return Ok(Block::Output(text));
    }
    let name = file_name(before).ok_or_else(|| {
        format!("a block of `{language}` is neither `sh` nor `text`, and the line before it does not end with the name of a file, as in \"`build.rs`:\": {before}")
    })?;
    Ok(Block::File { name, text })
}

/// Of a line that ends with a name in backticks and a colon.
fn file_name(line: &str) -> Option<String> {
    let line = line.strip_suffix("`:")?;
    let (_, name) = line.rsplit_once('`')?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
Do this:

```sh
cargo new hello

cd hello
```

Write `one` and then `src/main.rs`:

```rust,ignore
fn main() {}
```

It prints:

```text
nothing
```
";

    #[test]
    fn each_block_is_a_step() {
        let commands = ["cargo new hello", "cd hello"].map(str::to_owned);
        let expected = [
            Block::Commands(commands.into()),
            Block::File {
                name: "src/main.rs".to_owned(),
                text: "fn main() {}\n".to_owned(),
            },
            Block::Output("nothing\n".to_owned()),
        ];
        assert_eq!(blocks(PAGE).as_deref(), Ok(&expected[..]));
    }

    #[test]
    fn a_block_without_a_name_is_an_error() {
        let error = blocks("Like so:\n\n```toml\na = 1\n```\n").unwrap_err();
        assert!(error.contains("a block of `toml`"), "{error}");
    }
}
