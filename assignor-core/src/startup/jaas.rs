//! `sasl.jaas.config`: what Kafka makes of it.
//!
//! Source of truth: `org.apache.kafka.common.security.JaasConfig` and `java.io.StreamTokenizer` with
//! the settings that it makes: both kinds of comments, and `-`, `_` and `$` in words.

use std::collections::BTreeMap;

use super::exception::{ILLEGAL_ARGUMENT, Refusal};

const KEY: &str = "sasl.jaas.config";

/// One login module with its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LoginModule {
    pub(super) name: String,
    pub(super) options: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    End,
    /// A word or a quoted text; both have a text.
    Text(String),
    Number,
    Other(char),
}

impl Token {
    /// `StreamTokenizer.sval`.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The login modules, or what the parser throws.
pub(super) fn parse(text: &str) -> Result<Vec<LoginModule>, Refusal> {
    let refuse = |message: String| Refusal::new(ILLEGAL_ARGUMENT, message, &[KEY]);
    let mut tokens = Tokenizer::new(text);
    let mut modules = Vec::new();
    loop {
        let first = tokens.next_token();
        if first == Token::End {
            break;
        }
        modules.push(module(&first, &mut tokens).map_err(refuse)?);
    }
    if modules.is_empty() {
        return Err(refuse(
            "Login module not specified in JAAS config".to_owned(),
        ));
    }
    Ok(modules)
}

fn module(first: &Token, tokens: &mut Tokenizer<'_>) -> Result<LoginModule, String> {
    let flag = tokens.next_token();
    if flag == Token::End {
        return Err("Login module control flag not specified in JAAS config".to_owned());
    }
    let Some(flag) = flag.text() else {
        return Err("Login module control flag is not available in the JAAS config".to_owned());
    };
    let flags = ["REQUIRED", "REQUISITE", "SUFFICIENT", "OPTIONAL"];
    if !flags.contains(&flag.to_uppercase().as_str()) {
        return Err(format!(
            "Invalid login module control flag '{flag}' in JAAS config"
        ));
    }
    let mut options = BTreeMap::new();
    loop {
        let key = match tokens.next_token() {
            Token::End => return Err("JAAS config entry not terminated by semi-colon".to_owned()),
            Token::Other(';') => break,
            key => key.text().unwrap_or("null").to_owned(),
        };
        let missing = || format!("Value not specified for key '{key}' in JAAS config");
        if tokens.next_token() != Token::Other('=') {
            return Err(missing());
        }
        let value = tokens.next_token();
        let value = value.text().ok_or_else(missing)?.to_owned();
        options.insert(key, value);
    }
    match first.text() {
        None => Err("LoginModule name is null".to_owned()),
        Some("") => Err("LoginModule name is empty".to_owned()),
        Some(name) => Ok(LoginModule {
            name: name.to_owned(),
            options,
        }),
    }
}

/// `java.io.StreamTokenizer`.
struct Tokenizer<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || u32::from(char) >= 160 || matches!(char, '.' | '-' | '_' | '$')
}

impl<'a> Tokenizer<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            chars: text.chars().peekable(),
        }
    }

    fn next_token(&mut self) -> Token {
        loop {
            let Some(char) = self.chars.next() else {
                return Token::End;
            };
            match char {
                '\0'..=' ' => {}
                '/' => match self.chars.peek() {
                    Some('*') => self.skip_block(),
                    // On its own, it starts a comment to the end of the line as well.
                    _ => self.skip_line(),
                },
                '"' | '\'' => return Token::Text(self.quoted(char)),
                // `-` was made a character of words, but stays one of numbers, which are tried
                // first.
                '0'..='9' | '.' | '-' => return self.number(char),
                _ if is_word(char) => return Token::Text(self.word(char)),
                _ => return Token::Other(char),
            }
        }
    }

    fn skip_block(&mut self) {
        self.chars.next();
        let mut last = ' ';
        for char in self.chars.by_ref() {
            if last == '*' && char == '/' {
                return;
            }
            last = char;
        }
    }

    fn skip_line(&mut self) {
        while self
            .chars
            .next_if(|char| !matches!(char, '\n' | '\r'))
            .is_some()
        {}
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(char) = self.chars.next_if(|char| is_word(*char)) {
            word.push(char);
        }
        word
    }

    /// A sign, digits and one point. A `-` that no digit follows is a character by itself.
    fn number(&mut self, first: char) -> Token {
        let mut points = 0;
        let mut char = first;
        if first == '-' {
            match self
                .chars
                .next_if(|char| char.is_ascii_digit() || *char == '.')
            {
                Some(next) => char = next,
                None => return Token::Other('-'),
            }
        }
        loop {
            if char == '.' {
                points += 1;
            }
            let next = |next: &char| next.is_ascii_digit() || (*next == '.' && points == 0);
            match self.chars.next_if(next) {
                Some(next) => char = next,
                None => return Token::Number,
            }
        }
    }

    /// Up to the same quote or the end of the line; escapes as in Java.
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(char) = self
            .chars
            .next_if(|char| *char != quote && !matches!(char, '\n' | '\r'))
        {
            if char == '\\' {
                self.escape(&mut text);
            } else {
                text.push(char);
            }
        }
        self.chars.next_if_eq(&quote);
        text
    }

    fn escape(&mut self, text: &mut String) {
        let Some(char) = self.chars.next() else {
            text.push('\\');
            return;
        };
        let decoded = match char {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '0'..='7' => {
                let mut value = char.to_digit(8).unwrap_or_default();
                let more = if char <= '3' { 2 } else { 1 };
                for _ in 0..more {
                    let Some(next) = self.chars.next_if(|next| ('0'..='7').contains(next)) else {
                        break;
                    };
                    value = value * 8 + next.to_digit(8).unwrap_or_default();
                }
                char::from_u32(value).unwrap_or(char)
            }
            other => other,
        };
        text.push(decoded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        let refusal = parse(text).unwrap_err();
        refusal.errors[0].message.clone().unwrap_or_default()
    }

    #[test]
    fn a_module_with_options() {
        let text = "/* c */ a.B required\n // x\n u=\"p;\\\"q\" v='w';";
        let modules = parse(text).unwrap();
        assert_eq!(modules.len(), 1);
        assert_eq!(modules[0].name, "a.B");
        assert_eq!(modules[0].options["u"], "p;\"q");
        assert_eq!(modules[0].options["v"], "w");
    }

    #[test]
    fn what_the_parser_throws() {
        for (text, expected) in [
            ("", "Login module not specified in JAAS config"),
            (
                "a.B",
                "Login module control flag not specified in JAAS config",
            ),
            (
                "a.B ;",
                "Login module control flag is not available in the JAAS config",
            ),
            (
                "a.B u=1;",
                "Invalid login module control flag 'u' in JAAS config",
            ),
            (
                "a.B required u",
                "Value not specified for key 'u' in JAAS config",
            ),
            (
                "a.B required u=5;",
                "Value not specified for key 'u' in JAAS config",
            ),
            (
                "a.B required u=\"p\"",
                "JAAS config entry not terminated by semi-colon",
            ),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }
}
