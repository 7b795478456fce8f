//! Tokens as lines that one can read. Not rustfmt, which needs no compiler to be of use but a process of its own; and not a
//! library for it, which every user would compile for a switch that few turn on.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree, token_stream::IntoIter};

/// One statement, field or item a line, indented by braces.
pub(super) fn source(tokens: &TokenStream) -> String {
    let mut lines = Lines::default();
    lines.tokens(tokens.clone(), true);
    lines.end();
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
    line: String,
    /// What the line ends with so far.
    last: String,
    depth: usize,
    /// How many angle brackets are open: a comma between them ends nothing.
    angles: usize,
}

// === impl Lines ===

impl Lines {
    /// `broken` is for what stands in braces, where commas and attributes end lines.
    fn tokens(&mut self, tokens: TokenStream, broken: bool) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.group(&group, &mut tokens, broken),
                token => self.word(&word(&token, &mut tokens), broken),
            }
        }
    }

    fn word(&mut self, word: &str, broken: bool) {
        if !self.line.is_empty() && is_apart(&self.last, word) {
            self.line.push(' ');
        }
        self.line.push_str(word);
        word.clone_into(&mut self.last);
        match word {
            "<" => self.angles += 1,
            ">" => self.angles = self.angles.saturating_sub(1),
            _ => {}
        }
        if word == ";" || (broken && word == "," && self.angles == 0) {
            self.end();
        }
    }

    fn group(&mut self, group: &Group, rest: &mut Peekable<IntoIter>, broken: bool) {
        let (open, close) = match group.delimiter() {
            Delimiter::Brace => return self.block(group, rest),
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.tokens(group.stream(), false),
        };
        let attribute = broken && self.last == "#";
        self.word(open, false);
        self.tokens(group.stream(), false);
        self.word(close, false);
        if attribute {
            self.end();
        }
    }

    fn block(&mut self, group: &Group, rest: &mut Peekable<IntoIter>) {
        if group.stream().is_empty() {
            self.word("{}", false);
        } else {
            self.word("{", false);
            self.end();
            self.depth += 1;
            self.tokens(group.stream(), true);
            self.end();
            self.depth -= 1;
            self.word("}", false);
        }
        let goes_on = rest
            .peek()
            .is_some_and(|next| matches!(next, TokenTree::Punct(_)));
        if !goes_on {
            self.end();
        }
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            self.text.push_str(&"    ".repeat(self.depth));
            self.text.push_str(&self.line);
            self.text.push('\n');
        }
        self.line.clear();
        self.last.clear();
        self.angles = 0;
    }
}

/// The token's text, with the second half of an operator.
fn word(token: &TokenTree, rest: &mut Peekable<IntoIter>) -> String {
    let mut word = token.to_string();
    let halves = ["::", "->", "=>", "==", "&&", "..", "'_"];
    if let (TokenTree::Punct(_), Some(TokenTree::Punct(next))) = (token, rest.peek()) {
        let both = format!("{word}{next}");
        if halves.contains(&both.as_str()) {
            rest.next();
            word = both;
        }
    }
    word
}

/// Whether there is a space between the two.
fn is_apart(before: &str, after: &str) -> bool {
    const TIGHT_AFTER: [&str; 9] = ["::", ".", "&", "!", "#", "'", "<", "(", "["];
    const TIGHT_BEFORE: [&str; 8] = [",", ";", ".", "?", ":", ")", "]", ">"];
    const KEYWORDS: [&str; 5] = ["use", "impl", "for", "in", "const"];
    if TIGHT_AFTER.contains(&before) || TIGHT_BEFORE.contains(&after) {
        return false;
    }
    let names = is_name(before) && !KEYWORDS.contains(&before);
    match after {
        "::" | "(" | "[" => !(names || before == ">" || before == ")"),
        "<" => !is_name(before),
        _ => true,
    }
}

fn is_name(word: &str) -> bool {
    word.chars().all(|it| it.is_alphanumeric() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn lines_that_one_can_read() {
        let tokens = quote! {
            const _: () = {
                use ::a::b as __p;
                #[automatically_derived]
                impl<'__c, P: Policy> __p::Next<__T> for Gate<'__c, P> where P: __p::Send + 'static {
                    fn run(self, call: Call<__T>) -> impl Future<Output = R<T>> + Send {
                        if side(&call) == Side::Client && !any(&[A, B]) { go(&self.x, <P>::new())?; }
                        Link::<'_, P, 0, N> { chain: self, next }
                    }
                }
            };
        };
        expect_test::expect![[r"
            const _: () = {
                use ::a::b as __p;
                #[automatically_derived]
                impl<'__c, P: Policy> __p::Next<__T> for Gate<'__c, P> where P: __p::Send + 'static {
                    fn run(self, call: Call<__T>) -> impl Future<Output = R<T>> + Send {
                        if side(&call) == Side::Client && !any(&[A, B]) {
                            go(&self.x, <P>::new())?;
                        }
                        Link::<'_, P, 0, N> {
                            chain: self,
                            next
                        }
                    }
                }
            };
        "]]
        .assert_eq(&source(&tokens));
    }
}
