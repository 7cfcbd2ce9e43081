//! Encryption: `ssl.*`, a row each.

use super::security_protocol;
use crate::config::{Entry, Family, Value, dialect};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place};

const STORES: [&str; 8] = [
    "ssl.truststore.location",
    "ssl.truststore.password",
    "ssl.truststore.type",
    "ssl.truststore.certificates",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.keystore.type",
    "ssl.keystore.key",
];

fn encrypts(subject: &Subject<'_>) -> bool {
    security_protocol(subject).is_some_and(|(protocol, _)| protocol.ends_with("SSL"))
}

fn set<'a>(subject: &Subject<'a>, key: &str) -> Option<&'a Entry> {
    subject.config.winner(key)
}

/// The type of a store: what is set, or the default.
fn store_type(subject: &Subject<'_>, key: &str) -> String {
    subject
        .value(key)
        .and_then(|value| value.value.map(|value| value.text().to_ascii_uppercase()))
        .unwrap_or_default()
}

rule!(
    unused, "KC-S809", "ssl-keys-without-tls", Warn, "ChannelBuilders.java (run: logged as unused)", unused_check,
    what: "Stores of keys or certificates are set, and `security.protocol` doesn't encrypt.",
    why: "They aren't read; the connection is in the clear.",
    false_alarm: "A fragment whose other half sets the protocol.",
    fix: "Set `security.protocol=SSL`, or `SASL_SSL` with a login.",
);

fn unused_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (protocol, security) = security_protocol(subject)?;
    let entry = STORES.iter().find_map(|key| set(subject, key))?;
    if protocol.ends_with("SSL") {
        return None;
    }
    Some(
        subject
            .finding(
                rule,
                entry.key.span,
                format!("nothing is encrypted: `security.protocol` is {protocol}"),
            )
            .rests_on(&[&security])
            .why("Keys and certificates are read only for SSL and SASL_SSL."),
    )
}

rule!(
    no_check, "KC-S811", "hostname-verification-off", Warn, "KIP-294; DefaultSslEngineFactory.java", no_check_check,
    what: "The name in the broker's certificate isn't checked.",
    why: "Any valid certificate will do then, also that of somebody in between. The empty value switches the check off; \
          `none` is librdkafka's spelling and makes Java's handshake fail.",
    false_alarm: "Certificates without names in a closed network.",
    fix: "Delete the line: the default is `https`.",
);

/// What other clients have in place of the empty algorithm.
fn check_switched_off<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    let is = |entry: &&Entry| {
        let (key, value) = (entry.key.text.as_str(), entry.value.text.as_str());
        match subject.family() {
            Family::KafkaPython => key == "ssl_check_hostname" && value == "false",
            Family::KafkaJs => key.ends_with("ssl.rejectUnauthorized") && value == "false",
            Family::Librdkafka => {
                let own = dialect::key_at_end(Family::Librdkafka, key);
                own == Some("enable.ssl.certificate.verification")
                    && value.eq_ignore_ascii_case("false")
            }
            // Go's own switch, where its TLS is configured in place.
            Family::Sarama | Family::FranzGo => {
                let letters: String = value.split_whitespace().collect();
                letters.contains("InsecureSkipVerify:true")
            }
            _ => false,
        }
    };
    subject.config.entries().iter().rev().find(is)
}

fn no_check_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if let Some(entry) = check_switched_off(subject) {
        let (message, why) = (
            "the broker's certificate isn't checked",
            "What it says is what tells the broker from somebody in between.",
        );
        return Some(subject.at(rule, entry, message, why));
    }
    let (text, value) = subject.text("ssl.endpoint.identification.algorithm")?;
    let entry = value.entry()?;
    let none = text.eq_ignore_ascii_case("none");
    if !(text.is_empty() || none) {
        return None;
    }
    let message = if none && subject.family().runs_java() {
        "`none` is librdkafka's spelling: Java's handshake fails with it"
    } else {
        "any valid certificate is accepted, whatever name it has"
    };
    Some(
        subject
            .about(rule, &[&value], message)
            .why("The name in the certificate is what tells the broker from somebody in between.")
            .unsafe_fix("Delete the line", vec![subject.delete(entry)]),
    )
}

rule!(
    no_store_password, "KC-S812", "keystore-without-password", Error, "DefaultSslEngineFactory.java (run: refused)", no_store_password_check,
    what: "A key store is set without its password.",
    why: "The client throws an exception while it is built: the key store password is not specified.",
    false_alarm: "None, unless the store is a PEM file and `ssl.keystore.type=PEM` is missing too.",
    fix: "Set `ssl.keystore.password`, from outside the file.",
);

fn no_store_password_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let entry = set(subject, "ssl.keystore.location")?;
    let pem = store_type(subject, "ssl.keystore.type") == "PEM";
    if pem || set(subject, "ssl.keystore.password").is_some() || !encrypts(subject) {
        return None;
    }
    Some(
        subject
            .finding(rule, place(entry), "the key store has no password".to_owned())
            .why("The client refuses to start: SSL key store is specified, but key store password is not specified."),
    )
}

rule!(
    pem_password, "KC-S813", "pem-with-store-password", Error, "DefaultSslEngineFactory.java (run: refused)", pem_password_check,
    what: "A store of type PEM has a store password.",
    why: "The client throws an exception while it is built. Only the private key in a PEM file may have one, \
          `ssl.key.password`.",
    false_alarm: "None.",
    fix: "Delete the store's password.",
);

fn pem_password_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !encrypts(subject) {
        return Vec::new();
    }
    [("ssl.truststore.type", "ssl.truststore.password"), ("ssl.keystore.type", "ssl.keystore.password")]
        .into_iter()
        .filter(|(kind, _)| store_type(subject, kind) == "PEM")
        .filter_map(|(_, password)| {
            let entry = set(subject, password)?;
            Some(
                subject
                    .finding(rule, entry.key.span, format!("a PEM file has no store password: `{password}` is refused"))
                    .why("The client refuses to start. A password of the private key goes into `ssl.key.password`.")
                    .unsafe_fix("Delete the line", vec![subject.delete(entry)]),
            )
        })
        .collect()
}

rule!(
    pem_without_type, "KC-S814", "pem-content-without-pem-type", Error, "DefaultSslEngineFactory.java (run: refused)", pem_without_type_check,
    what: "Certificates or a key are given as text, and the type of the store isn't PEM.",
    why: "The client throws an exception while it is built: such texts can be specified only for PEM.",
    false_alarm: "None.",
    fix: "Set `ssl.keystore.type=PEM` or `ssl.truststore.type=PEM`.",
);

fn pem_without_type_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !encrypts(subject) {
        return Vec::new();
    }
    [
        ("ssl.keystore.type", "ssl.keystore.key"),
        ("ssl.keystore.type", "ssl.keystore.certificate.chain"),
        ("ssl.truststore.type", "ssl.truststore.certificates"),
    ]
    .into_iter()
    .filter(|(kind, _)| store_type(subject, kind) != "PEM")
    .filter_map(|(kind, text)| {
        let entry = set(subject, text)?;
        Some(
            subject
                .finding(rule, entry.key.span, format!("`{text}` needs `{kind}=PEM`"))
                .why("The client refuses to start.")
                .suggests(subject, kind, "PEM"),
        )
    })
    .collect()
}

rule!(
    password_alone, "KC-S815", "truststore-password-without-location", Error, "DefaultSslEngineFactory.java (run: refused)", password_alone_check,
    what: "The trust store's password is set, and its place isn't.",
    why: "The client throws an exception while it is built: the trust store is not specified.",
    false_alarm: "None.",
    fix: "Set `ssl.truststore.location`, or delete the password to trust what the JVM trusts.",
);

fn password_alone_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let entry = set(subject, "ssl.truststore.password")?;
    let located = ["ssl.truststore.location", "ssl.truststore.certificates"]
        .iter()
        .any(|key| set(subject, key).is_some());
    if located || !encrypts(subject) {
        return None;
    }
    Some(
        subject
            .finding(rule, entry.key.span, "a password for a trust store that isn't named".to_owned())
            .why("The client refuses to start: SSL trust store is not specified, but trust store password is specified.")
            .unsafe_fix("Delete the line", vec![subject.delete(entry)]),
    )
}

rule!(
    weak, "KC-S816", "weak-tls", Warn, "SslConfigs.java; KIP-553", weak_check,
    what: "TLS before 1.2 is allowed or demanded.",
    why: "These versions are broken, and today's JVMs and brokers refuse them.",
    false_alarm: "Brokers that are too old for TLS 1.2.",
    fix: "Delete the line: the default is TLS 1.2 and 1.3.",
);

fn weak_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    const WEAK: [&str; 6] = ["SSL", "SSLV2", "SSLV3", "TLS", "TLSV1", "TLSV1.1"];
    ["ssl.enabled.protocols", "ssl.protocol"]
        .into_iter()
        .filter_map(|key| {
            let value = subject.value(key)?;
            let entry = value.entry()?;
            let names: Vec<String> = match value.value.as_ref()? {
                Value::List(names) => names.clone(),
                other => vec![other.text().into_owned()],
            };
            let weak = names
                .iter()
                .find(|name| WEAK.contains(&name.to_ascii_uppercase().as_str()))?;
            Some(
                subject
                    .about(
                        rule,
                        &[&value],
                        format!("`{weak}` is broken, or refused by today's brokers"),
                    )
                    .why("The default allows TLS 1.2 and 1.3 only.")
                    .unsafe_fix("Delete the line", vec![subject.delete(entry)]),
            )
        })
        .collect()
}

/// Ends of the names of brokers that somebody runs for others, all with TLS.
const MANAGED: [&str; 5] = [
    ".confluent.cloud",
    ".aivencloud.com",
    ".servicebus.windows.net",
    ".upstash.io",
    ".redpanda.com",
];

rule!(
    managed, "KC-S819", "plaintext-port-9093-or-cloud", Info, "The providers' own documents", managed_check,
    what: "The brokers belong to a provider who demands TLS, and `security.protocol` is PLAINTEXT.",
    why: "The brokers close every connection. Worse, the client reads the beginning of the TLS answer as a length and \
          may run out of memory.",
    false_alarm: "A proxy in between encrypts.",
    fix: "Set `security.protocol=SASL_SSL` and the mechanism that the provider names.",
);

/// Whether a client of another language is told to use TLS in its own words.
fn has_tls_of_its_own(subject: &Subject<'_>) -> bool {
    let is = |entry: &Entry| {
        let off = matches!(entry.value.text.trim(), "false" | "null" | "undefined");
        let key = entry.key.text.as_str();
        match subject.family() {
            Family::KafkaJs => !off && key.split('.').any(|part| part == "ssl"),
            Family::Sarama => !off && key.ends_with("Net.TLS.Enable"),
            Family::FranzGo => key.starts_with("DialTLS"),
            _ => false,
        }
    };
    let dials = subject.call(&["DialTLS", "DialTLSConfig", "Dialer"]);
    subject.config.entries().iter().any(is)
        || subject.family() == Family::FranzGo && dials.is_some()
}

fn managed_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (protocol, security) = security_protocol(subject)?;
    let (servers, value) = subject.text("bootstrap.servers")?;
    let encrypted = |server: &str| {
        let (host, port) = server.rsplit_once(':').unwrap_or((server, ""));
        MANAGED.iter().any(|end| host.ends_with(end))
            || host.ends_with(".amazonaws.com")
                && host.contains(".kafka.")
                && matches!(port, "9094" | "9096" | "9098")
    };
    if protocol != "PLAINTEXT"
        || has_tls_of_its_own(subject)
        || !servers.split(',').any(|server| encrypted(server.trim()))
    {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value, &security],
                "these brokers want TLS, and the connection is PLAINTEXT",
            )
            .confidence(Confidence::Likely)
            .why("They close every connection that doesn't begin with a TLS handshake."),
    )
}
