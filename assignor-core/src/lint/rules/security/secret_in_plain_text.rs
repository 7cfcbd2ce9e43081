//! KC-S801: a password stands in the text.

use crate::config::secrets::{MASK, is_secret_key, plain};
use crate::config::{Entry, has_placeholder};
use crate::lint::finding::{Evidence, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, place};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-S801",
    name: "secret-in-plain-text",
    severity: Severity::Warn,
    source: "SaslConfigs.java and SslConfigs.java (type PASSWORD); KIP-297 (config providers)",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A password, private key or token is written out in the configuration.",
    why: "Configurations are committed, copied into tickets and printed. What is written out in them gets around. The \
          advisor itself masks secrets wherever it shows your text.",
    false_alarm: "A made-up value for a test.",
    fix: "Put a placeholder there and keep the value in a mounted file, a secret of the platform or a vault. Kafka's \
          config providers resolve `${file:/path:key}` and `${env:NAME}`.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let found = subject.config.entries().iter().filter_map(|entry| {
        let what = exposed(entry)?;
        let key = plain(&entry.key.text);
        let message = format!("`{key}` holds {what} in plain text");
        let mut finding = subject.finding(&RULE, place(entry), message).why(
            "Configurations get committed, copied and printed, and the secret with them. A config provider, a mounted \
             file or the platform's secrets keep it out of the text.",
        );
        finding.evidence.push(Evidence {
            name: key,
            value: MASK.to_owned(),
            origin: "set here".to_owned(),
            span: Some(place(entry)),
        });
        Some(finding)
    });
    found.collect()
}

/// What secret an entry shows, if it shows one.
fn exposed(entry: &Entry) -> Option<String> {
    let (key, value) = (entry.key.text.as_str(), entry.value.text.trim());
    if value.contains("LoginModule") {
        return jaas_secret(value).map(|option| format!("the JAAS option `{}`", plain(option)));
    }
    if let Some(url_password) = url_password(value) {
        return is_literal(url_password).then(|| "a password in a URL".to_owned());
    }
    let certificate = matches!(
        key,
        "ssl.truststore.certificates" | "ssl.keystore.certificate.chain"
    );
    let pem_key = value.contains("PRIVATE KEY-----");
    ((is_secret_key(key) && !certificate || pem_key) && is_literal(value))
        .then(|| "a secret".to_owned())
}

/// Whether a text is the secret itself rather than a sign that stands for one.
fn is_literal(value: &str) -> bool {
    let stands_for_one = value.starts_with('<') && value.ends_with('>');
    let masked = value
        .chars()
        .all(|char| matches!(char, '*' | '•' | 'x' | 'X' | '.'));
    !value.is_empty() && !stands_for_one && !masked && !has_placeholder(value)
}

/// The name of the first JAAS option whose value is a literal secret.
fn jaas_secret(jaas: &str) -> Option<&str> {
    jaas.match_indices('=').find_map(|(at, _)| {
        let name = jaas.get(..at)?.trim_end();
        let name = name.rsplit(|char: char| char.is_whitespace()).next()?;
        let rest = jaas.get(at + 1..)?.trim_start();
        let value = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next()?,
            _ => rest
                .split(|char: char| char.is_whitespace() || char == ';')
                .next()?,
        };
        (is_secret_key(name) && is_literal(value)).then_some(name)
    })
}

/// The password in `scheme://user:password@host`.
fn url_password(value: &str) -> Option<&str> {
    if !value.contains('@') {
        return None;
    }
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    user_info.split_once(':').map(|(_, password)| password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jaas_options_are_read() {
        assert_eq!(
            jaas_secret("M required username=\"u\" password=\"p\";"),
            Some("password")
        );
        assert_eq!(jaas_secret("M required password = 'p' ;"), Some("password"));
        assert_eq!(
            jaas_secret("M required clientSecret=abc;"),
            Some("clientSecret")
        );
        assert_eq!(
            jaas_secret("M required username=\"u\" password=\"${file:/p:pw}\";"),
            None
        );
        assert_eq!(
            jaas_secret("M required password=\"<your password>\";"),
            None
        );
        assert_eq!(
            jaas_secret("M required useKeyTab=true keyTab=\"/x\" principal=\"a@B\";"),
            None
        );
    }
}
