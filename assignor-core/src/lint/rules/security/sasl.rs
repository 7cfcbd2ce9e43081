//! Logging in: `sasl.*`, a row each. Nothing here quotes the login itself.

use super::security_protocol;
use crate::config::{Effective, KafkaVersion, has_placeholder};
use crate::lint::finding::{Confidence, Edit, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place};

const JAAS: &str = "sasl.jaas.config";
const MECHANISM: &str = "sasl.mechanism";
const FLAGS: [&str; 4] = ["required", "requisite", "sufficient", "optional"];

fn speaks_sasl(subject: &Subject<'_>) -> bool {
    security_protocol(subject).is_some_and(|(protocol, _)| protocol.starts_with("SASL_"))
}

/// The words of a JAAS configuration. Quoted texts are one word, `=` and `;` are words.
fn words(jaas: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = jaas.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' | '\'' => {
                let mut text = String::from("\"");
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => text.extend(chars.next()),
                        _ if inner == char => break,
                        _ => text.push(inner),
                    }
                }
                words.push(text);
            }
            '=' | ';' => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                words.push(char.to_string());
            }
            _ if char.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(char),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The login that the text sets, if the client reads it: words, and the value they come from.
fn login<'a>(subject: &Subject<'a>) -> Option<(Vec<String>, Effective<'a>)> {
    let value = subject.value(JAAS)?;
    let text = value.entry()?.value.text.as_str();
    let words = words(text);
    (!words.is_empty()).then_some((words, value))
}

/// The mechanism in force, and its value.
fn mechanism<'a>(subject: &Subject<'a>) -> Option<(String, Effective<'a>)> {
    let value = subject.value(MECHANISM)?;
    let text = value.value.as_ref()?.text().to_ascii_uppercase();
    Some((text, value))
}

rule!(
    no_login, "KC-S802", "sasl-without-jaas", Error, "JaasContext.java (run: refused)", no_login_check,
    what: "The client is to log in, and `sasl.jaas.config` is missing.",
    why: "Without it the client looks for a `KafkaClient` section in the file that the system property \
          `java.security.auth.login.config` names, and doesn't start if there is none.",
    false_alarm: "The JVM is started with that property.",
    fix: "Set `sasl.jaas.config`, with the password from outside the file.",
);

fn no_login_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (protocol, security) = security_protocol(subject)?;
    let handlers = [
        "sasl.login.callback.handler.class",
        "sasl.client.callback.handler.class",
    ];
    let handled = handlers
        .iter()
        .any(|key| subject.config.winner(key).is_some());
    if !protocol.starts_with("SASL_")
        || subject.config.winner(JAAS).is_some()
        || handled
        || subject.facts.complete == Some(false)
    {
        return None;
    }
    Some(
        subject
            .about(rule, &[&security], format!("{protocol} needs a login, and `{JAAS}` is missing"))
            .confidence(Confidence::Likely)
            .why("Unless the JVM has a JAAS file, the client doesn't start: it finds no KafkaClient entry."),
    )
}

rule!(
    no_semicolon, "KC-S803", "jaas-missing-semicolon", Error, "JaasConfig.java (run: refused)", no_semicolon_check,
    what: "`sasl.jaas.config` doesn't end in a semicolon.",
    why: "The client throws an exception while it is built: the entry isn't terminated.",
    false_alarm: "None.",
    fix: "End it with `;`.",
);

fn no_semicolon_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (words, value) = login(subject)?;
    let entry = value.entry()?;
    if !speaks_sasl(subject)
        || words.last().is_some_and(|word| word == ";")
        || has_placeholder(&entry.value.text) && words.len() == 1
    {
        return None;
    }
    let at = entry.value.span.end;
    let raw = entry.value.span.text(subject.config.text());
    let finding = subject
        .finding(
            rule,
            place(entry),
            format!("`{JAAS}` doesn't end in a semicolon"),
        )
        .why("The client refuses to start: the JAAS entry isn't terminated by a semi-colon.");
    Some(if raw.ends_with(['\\', ' ', '\t']) {
        finding
    } else {
        finding.safe_fix(
            "Add the semicolon",
            vec![Edit {
                span: crate::config::Span::at(at),
                text: ";".to_owned(),
            }],
        )
    })
}

rule!(
    no_flag, "KC-S804", "jaas-missing-control-flag", Error, "JaasConfig.java (run: refused)", no_flag_check,
    what: "The second word of `sasl.jaas.config` is none of `required`, `requisite`, `sufficient` and `optional`.",
    why: "The client throws an exception while it is built: the flag is invalid.",
    false_alarm: "None.",
    fix: "Write `required` behind the class of the module.",
);

fn no_flag_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (words, value) = login(subject)?;
    let entry = value.entry()?;
    let module = words.first()?;
    let flag = words.get(1).map_or("", String::as_str);
    let known = FLAGS.iter().any(|known| known.eq_ignore_ascii_case(flag));
    if !speaks_sasl(subject) || known || has_placeholder(module) || has_placeholder(flag) {
        return None;
    }
    let raw = entry.value.span.text(subject.config.text());
    let finding = subject
        .finding(
            rule,
            place(entry),
            format!("`{JAAS}` has no control flag behind the module"),
        )
        .why("The client refuses to start: the login module's control flag is invalid.");
    let plain = raw.starts_with(module.as_str());
    Some(if plain {
        let at = entry.value.span.start + module.len();
        finding.safe_fix(
            "Insert `required`",
            vec![Edit {
                span: crate::config::Span::at(at),
                text: " required".to_owned(),
            }],
        )
    } else {
        finding
    })
}

/// The mechanisms that a login module serves; none for a module that isn't Kafka's.
fn served(module: &str) -> &'static [&'static str] {
    match module.rsplit('.').next() {
        Some("PlainLoginModule") => &["PLAIN"],
        Some("ScramLoginModule") => &["SCRAM-SHA-256", "SCRAM-SHA-512"],
        Some("Krb5LoginModule") => &["GSSAPI"],
        Some("OAuthBearerLoginModule") => &["OAUTHBEARER"],
        _ => &[],
    }
}

rule!(
    mismatch, "KC-S805", "jaas-mechanism-mismatch", Warn, "SaslConfigs.java (sasl.mechanism is GSSAPI by default; run: accepted)", mismatch_check,
    what: "`sasl.mechanism` and the login module don't belong together.",
    why: "The client starts, and every login fails. Left unset, the mechanism is GSSAPI, that is Kerberos.",
    false_alarm: "None with Kafka's own modules.",
    fix: "Set the mechanism that goes with the module.",
);

fn mismatch_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (words, login) = login(subject)?;
    let (mechanism, value) = mechanism(subject)?;
    let served = served(words.first()?);
    let first = served.first()?;
    if !speaks_sasl(subject) || served.contains(&mechanism.as_str()) {
        return None;
    }
    let module = words.first()?.rsplit('.').next()?;
    let span = value
        .entry()
        .or(login.entry())
        .map_or(subject.anchor(&[]), place);
    Some(
        subject
            .finding(rule, span, format!("`{module}` doesn't serve {mechanism}"))
            .rests_on(&[&value])
            .why("The client starts, and the broker refuses every login.")
            .suggests(subject, MECHANISM, first),
    )
}

rule!(
    two_modules, "KC-S806", "jaas-multiple-modules", Error, "JaasContext.java (run: refused)", two_modules_check,
    what: "`sasl.jaas.config` holds more than one login module.",
    why: "The client throws an IllegalArgumentException while it is built: it wants exactly one.",
    false_alarm: "None.",
    fix: "Keep one.",
);

fn two_modules_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (words, value) = login(subject)?;
    let modules = words
        .split(|word| word == ";")
        .filter(|module| !module.is_empty())
        .count();
    if modules < 2 || !speaks_sasl(subject) {
        return None;
    }
    let span = value.entry().map_or(subject.anchor(&[]), place);
    Some(
        subject
            .finding(
                rule,
                span,
                format!("`{JAAS}` holds {modules} login modules; it may hold one"),
            )
            .why("The client refuses to start."),
    )
}

rule!(
    forbidden_module, "KC-S807", "jaas-disallowed-module", Error, "JaasContext.java (org.apache.kafka.disallowed.login.modules), from 3.4 (run: refused)", forbidden_module_check,
    what: "The login module is one that Kafka refuses, because it can be made to run foreign code.",
    why: "The client throws an IllegalArgumentException while it is built, unless the JVM's system property \
          `org.apache.kafka.disallowed.login.modules` says otherwise.",
    false_alarm: "That property allows it.",
    fix: "Use another module.",
);

fn forbidden_module_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (words, value) = login(subject)?;
    let module = words.first()?.as_str();
    let since = match module {
        "com.sun.security.auth.module.JndiLoginModule" => KafkaVersion::new(3, 4, 0),
        "com.sun.security.auth.module.LdapLoginModule" => KafkaVersion::new(4, 0, 0),
        _ => return None,
    };
    if subject.version() < since || !speaks_sasl(subject) {
        return None;
    }
    let span = value.entry().map_or(subject.anchor(&[]), place);
    Some(
        subject
            .finding(rule, span, format!("`{module}` isn't allowed"))
            .why("The client refuses to start: the module can be made to run foreign code."),
    )
}

rule!(
    sasl_unused, "KC-S808", "sasl-keys-without-sasl-protocol", Warn, "ChannelBuilders.java (run: accepted)", sasl_unused_check,
    what: "A login is configured, and `security.protocol` doesn't use one.",
    why: "The client connects without logging in; the keys aren't read.",
    false_alarm: "A fragment whose other half sets the protocol.",
    fix: "Set `security.protocol=SASL_SSL`.",
);

fn sasl_unused_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (protocol, security) = security_protocol(subject)?;
    let entry = [MECHANISM, JAAS]
        .into_iter()
        .find_map(|key| subject.config.winner(key))?;
    if protocol.starts_with("SASL_") || !(security.is_set() || is_certain(subject)) {
        return None;
    }
    Some(
        subject
            .finding(
                rule,
                entry.key.span,
                format!("nothing logs in: `security.protocol` is {protocol}"),
            )
            .rests_on(&[&security])
            .why("The keys of the login aren't read."),
    )
}

/// Whether a missing `security.protocol` really is missing, or the user didn't say.
fn is_certain(subject: &Subject<'_>) -> bool {
    subject.facts.complete != Some(false) || subject.config.winner("bootstrap.servers").is_some()
}

rule!(
    in_the_clear, "KC-S810", "sasl-plaintext-credentials", Warn, "SecurityProtocol.java; SaslConfigs.java", in_the_clear_check,
    what: "Password or token go over a connection that isn't encrypted.",
    why: "With SASL_PLAINTEXT and PLAIN or OAUTHBEARER, whoever listens on the way can log in as this client.",
    false_alarm: "The connection doesn't leave the machine, or something else encrypts it.",
    fix: "Set `security.protocol=SASL_SSL`.",
);

fn in_the_clear_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (protocol, security) = security_protocol(subject)?;
    let (mechanism, value) = mechanism(subject)?;
    let plain_module = login(subject).is_some_and(|(words, _)| {
        words
            .first()
            .is_some_and(|module| module.ends_with("PlainLoginModule"))
    });
    let clear =
        matches!(mechanism.as_str(), "PLAIN" | "OAUTHBEARER") || !value.is_set() && plain_module;
    if protocol != "SASL_PLAINTEXT" || !clear {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&security, &value],
                "the password crosses the network unencrypted",
            )
            .why("SASL_PLAINTEXT encrypts nothing, and this mechanism sends the secret itself.")
            .suggests(subject, "security.protocol", "SASL_SSL"),
    )
}

rule!(
    no_service, "KC-S817", "gssapi-without-service-name", Error, "SaslClientAuthenticator; LoginManager (run: refused)", no_service_check,
    what: "Kerberos is used, and the name of the brokers' service is missing.",
    why: "The client throws an exception while it is built: no serviceName in JAAS or Kafka configuration.",
    false_alarm: "The JAAS file of the JVM has `serviceName`.",
    fix: "Set `sasl.kerberos.service.name`, usually to `kafka`.",
);

fn no_service_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (words, _) = login(subject)?;
    let (mechanism, value) = mechanism(subject)?;
    let named = subject
        .value("sasl.kerberos.service.name")
        .is_some_and(|name| name.is_set_non_blank());
    if mechanism != "GSSAPI"
        || !speaks_sasl(subject)
        || named
        || words.iter().any(|word| word == "serviceName")
    {
        return None;
    }
    // Another module is another mistake (KC-S805).
    if !words.first()?.ends_with("Krb5LoginModule") {
        return None;
    }
    Some(
        subject
            .about(rule, &[&value], "Kerberos needs the name of the brokers' service")
            .why("The client refuses to start: no serviceName defined in either JAAS or Kafka config.")
            .suggests(subject, "sasl.kerberos.service.name", "kafka"),
    )
}

rule!(
    token_url, "KC-S818", "oauth-url-not-allowed", Warn, "Upgrade notes of 4.0 (org.apache.kafka.sasl.oauthbearer.allowed.urls)", token_url_check,
    what: "A token endpoint is set, and the client is 4.0 or newer.",
    why: "From 4.0 on the JVM's system property `org.apache.kafka.sasl.oauthbearer.allowed.urls` must list the address. \
          It is empty by default, so that the login fails.",
    false_alarm: "The JVM is started with that property.",
    fix: "Start the JVM with `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=` and the address.",
);

fn token_url_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (_, url) = subject.text("sasl.oauthbearer.token.endpoint.url")?;
    let (mechanism, value) = mechanism(subject)?;
    if mechanism != "OAUTHBEARER" || subject.version() < KafkaVersion::new(4, 0, 0) {
        return None;
    }
    Some(
        subject
            .about(rule, &[&url, &value], "the JVM has to allow this address")
            .confidence(Confidence::Likely)
            .why("Unless `org.apache.kafka.sasl.oauthbearer.allowed.urls` lists it, the login fails."),
    )
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_login_is_divided_into_words() {
        let all = words("a.B required username=\"u;v\" password='p\\'q';");
        assert_eq!(
            all,
            [
                "a.B", "required", "username", "=", "\"u;v", "password", "=", "\"p'q", ";"
            ]
        );
        assert!(words("  ").is_empty());
        assert_eq!(words("x \"open"), ["x", "\"open"]);
    }
}
