//! The channel builder: TLS stores and contexts, SASL logins.
//!
//! Source of truth: `ChannelBuilders`, `SslChannelBuilder`, `DefaultSslEngineFactory`,
//! `SaslChannelBuilder`, `JaasContext`, `LoginManager` of 2.8 to 4.3, with the algorithms of JDK 17.
//! What depends on the contents of files, on a Kerberos server or on a token endpoint can't be known
//! from the text; it is taken to work.

use super::classes::{Environment, Role};
use super::definition::Values;
use super::exception::{CONFIG, ILLEGAL_ARGUMENT, INVALID_CONFIGURATION, KAFKA, Refusal};
use super::jaas::{self, LoginModule};
use super::oauth;
use crate::version::KafkaVersion;
use regex_lite::Regex;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}

/// `SecurityProtocol.forName`.
pub(super) fn protocol(values: &Values) -> Result<Protocol, Refusal> {
    let name = values.text("security.protocol").unwrap_or_default();
    match name.to_uppercase().as_str() {
        "PLAINTEXT" => Ok(Protocol::Plaintext),
        "SSL" => Ok(Protocol::Ssl),
        "SASL_PLAINTEXT" => Ok(Protocol::SaslPlaintext),
        "SASL_SSL" => Ok(Protocol::SaslSsl),
        other => Err(Refusal::new(
            ILLEGAL_ARGUMENT,
            format!(
                "No enum constant org.apache.kafka.common.security.auth.SecurityProtocol.{other}"
            ),
            &["security.protocol"],
        )),
    }
}

/// `CommonClientConfigs.postValidateSaslMechanismConfig`.
pub(super) fn check_mechanism(values: &Values) -> Result<(), Refusal> {
    let sasl = matches!(
        protocol(values)?,
        Protocol::SaslPlaintext | Protocol::SaslSsl
    );
    if sasl && values.text("sasl.mechanism").unwrap_or_default().is_empty() {
        return Err(Refusal::new(
            CONFIG,
            "Invalid value null for configuration sasl.mechanism: When the security.protocol \
             configuration enables SASL, mechanism must be non-null and non-empty string.",
            &["sasl.mechanism"],
        ));
    }
    Ok(())
}

/// `ClientUtils.createChannelBuilder`.
pub(super) fn channel_builder(
    values: &Values,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    match protocol(values)? {
        Protocol::Plaintext => Ok(()),
        Protocol::Ssl => {
            let built = ssl(values, version, environment);
            built.map_err(|refusal| match refusal.errors.first() {
                Some(error) if !is_kafka_exception(error.class) => refusal.within_kafka_exception(),
                _ => refusal,
            })
        }
        sasl => {
            let module = login_module(values, version)?;
            let built = login(&module, values, version, environment).and_then(|()| {
                if sasl == Protocol::SaslSsl {
                    ssl(values, version, environment)
                } else {
                    Ok(())
                }
            });
            built.map_err(Refusal::within_kafka_exception)
        }
    }
}

fn is_kafka_exception(class: &str) -> bool {
    class.starts_with("org.apache.kafka.")
}

/// `JaasContext.loadClientContext`.
fn login_module(values: &Values, version: KafkaVersion) -> Result<LoginModule, Refusal> {
    const KEY: &str = "sasl.jaas.config";
    let refuse = |message: String| Err(Refusal::new(ILLEGAL_ARGUMENT, message, &[KEY]));
    let Some(text) = values.text(KEY) else {
        return refuse(
            "Could not find a 'KafkaClient' entry in the JAAS configuration. System property \
             'java.security.auth.login.config' is not set"
                .to_owned(),
        );
    };
    let mut modules = jaas::parse(text)?;
    let count = modules.len();
    let Some(module) = modules.pop().filter(|_| count == 1) else {
        return refuse(format!(
            "JAAS config property contains {count} login modules, should be 1 module"
        ));
    };
    let name = &module.name;
    let disallowed = match name.as_str() {
        "com.sun.security.auth.module.JndiLoginModule" => version >= KafkaVersion::new(3, 4, 0),
        "com.sun.security.auth.module.LdapLoginModule" => version >= KafkaVersion::new(3, 9, 1),
        _ => false,
    };
    if !disallowed {
        return Ok(module);
    }
    if version >= ALLOW_LIST {
        return refuse(format!(
            "{name} is not allowed. The system property \
             'org.apache.kafka.disallowed.login.modules' is deprecated. Use the \
             org.apache.kafka.allowed.login.modules to allow this module. \
             e.g.,-Dorg.apache.kafka.allowed.login.modules={name}"
        ));
    }
    refuse(format!(
        "{name} is not allowed. Update System property \
         'org.apache.kafka.disallowed.login.modules' to allow {name}"
    ))
}

/// First release with a list of the login modules that are allowed.
const ALLOW_LIST: KafkaVersion = KafkaVersion::new(4, 2, 0);

/// The handlers and the login of a `SaslChannelBuilder`.
fn login(
    module: &LoginModule,
    values: &Values,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    const HANDLER: &str = "org.apache.kafka.common.security.auth.AuthenticateCallbackHandler";
    const LOGIN: &str = "org.apache.kafka.common.security.auth.Login";
    let make = |key: &'static str, interface: &'static str| match values.text(key) {
        Some(name) => match environment.find(name, version) {
            Some(class) => {
                class.instantiate(key)?;
                if interface != HANDLER || !class.is(Role::Handler) {
                    class.cast(interface, key)?;
                }
                Ok(true)
            }
            None => Ok(false),
        },
        None => Ok(false),
    };
    make("sasl.client.callback.handler.class", HANDLER)?;
    let own_login = make("sasl.login.class", LOGIN)?;
    if make(oauth::HANDLER_KEY, HANDLER)? && !own_login {
        oauth::configure(values, version, environment)?;
    }
    let mechanism = values.text("sasl.mechanism").unwrap_or_default();
    if mechanism == "GSSAPI" && !own_login {
        kerberos_service_name(module, values)?;
    }
    let known = environment.find(&module.name, version).is_some();
    if !known && !own_login {
        let message = format!("No LoginModule found for {}", module.name);
        let class = "javax.security.auth.login.LoginException";
        return Err(Refusal::new(class, message, &["sasl.jaas.config"]));
    }
    Ok(())
}

/// `KerberosLogin.getServiceName`.
fn kerberos_service_name(module: &LoginModule, values: &Values) -> Result<(), Refusal> {
    let keys = &["sasl.kerberos.service.name", "sasl.jaas.config"];
    let configured = values.text("sasl.kerberos.service.name");
    match (module.options.get("serviceName"), configured) {
        (None, None) => Err(Refusal::new(
            ILLEGAL_ARGUMENT,
            "No serviceName defined in either JAAS or Kafka config",
            keys,
        )),
        (Some(jaas), Some(configured)) if jaas != configured => Err(Refusal::new(
            ILLEGAL_ARGUMENT,
            format!(
                "Conflicting serviceName values found in JAAS and Kafka configs value in JAAS \
                 file {jaas}, value in Kafka config {configured}"
            ),
            keys,
        )),
        _ => Ok(()),
    }
}

/// `SslFactory.configure`.
fn ssl(values: &Values, version: KafkaVersion, environment: Environment) -> Result<(), Refusal> {
    const FACTORY: &str = "ssl.engine.factory.class";
    let factory = values.text(FACTORY);
    if let Some(class) = factory.and_then(|name| environment.find(name, version)) {
        class.instantiate(FACTORY)?;
        return class.cast(
            "org.apache.kafka.common.security.auth.SslEngineFactory",
            FACTORY,
        );
    }
    if let Some(name) = values.text("ssl.secure.random.implementation") {
        algorithm(
            name,
            &[
                "SHA1PRNG",
                "DRBG",
                "NativePRNG",
                "NativePRNGBlocking",
                "NativePRNGNonBlocking",
            ],
            "SecureRandom",
            "ssl.secure.random.implementation",
        )?;
    }
    key_store(values, version, environment)?;
    trust_store(values, environment)?;
    context(values)
}

fn algorithm(name: &str, known: &[&str], what: &str, key: &'static str) -> Result<(), Refusal> {
    if known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let class = "java.security.NoSuchAlgorithmException";
    let message = format!("{name} {what} not available");
    Err(Refusal::new(class, message, &[key]).within_kafka_exception())
}

fn context(values: &Values) -> Result<(), Refusal> {
    const PROVIDER: &str = "ssl.provider";
    let protocol = values.text("ssl.protocol").unwrap_or_default();
    match values.text(PROVIDER) {
        Some("") => {
            let refusal = Refusal::new(ILLEGAL_ARGUMENT, "missing provider", &[PROVIDER]);
            return Err(refusal.within_kafka_exception());
        }
        Some(provider) if !is_provider(provider) => {
            let class = "java.security.NoSuchProviderException";
            let message = format!("no such provider: {provider}");
            return Err(Refusal::new(class, message, &[PROVIDER]).within_kafka_exception());
        }
        Some(provider) if !is_context(protocol) => {
            let class = "java.security.NoSuchAlgorithmException";
            let message = format!("no such algorithm: {protocol} for provider {provider}");
            return Err(Refusal::new(class, message, &["ssl.protocol"]).within_kafka_exception());
        }
        Some(_) => {}
        None => algorithm(protocol, &CONTEXTS, "SSLContext", "ssl.protocol")?,
    }
    if let Some(name) = values.text("ssl.keymanager.algorithm") {
        let known = &["SunX509", "NewSunX509", "PKIX"];
        algorithm(name, known, "KeyManagerFactory", "ssl.keymanager.algorithm")?;
    }
    if let Some(name) = values.text("ssl.trustmanager.algorithm") {
        let known = &["PKIX", "SunPKIX", "SunX509", "X509", "X.509"];
        algorithm(
            name,
            known,
            "TrustManagerFactory",
            "ssl.trustmanager.algorithm",
        )?;
    }
    Ok(())
}

const CONTEXTS: [&str; 11] = [
    "TLS", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "SSL", "SSLv3", "Default", "DTLS", "DTLSv1.0",
    "DTLSv1.2",
];

fn is_context(name: &str) -> bool {
    CONTEXTS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn is_provider(name: &str) -> bool {
    // Those of the JDK, and the two that people add.
    [
        "SUN",
        "SunRsaSign",
        "SunEC",
        "SunJSSE",
        "SunJCE",
        "SunJGSS",
        "SunSASL",
        "XMLDSig",
        "SunPCSC",
        "JdkLDAP",
        "JdkSASL",
        "SunPKCS11",
        "BC",
        "BCJSSE",
        "BCFIPS",
        "Conscrypt",
    ]
    .contains(&name)
}

fn refuse(message: &str, keys: &[&'static str]) -> Result<(), Refusal> {
    Err(Refusal::new(INVALID_CONFIGURATION, message, keys))
}

/// `DefaultSslEngineFactory.createKeystore`.
fn key_store(
    values: &Values,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    const KEY: &str = "ssl.keystore.key";
    const CHAIN: &str = "ssl.keystore.certificate.chain";
    const PATH: &str = "ssl.keystore.location";
    const PASSWORD: &str = "ssl.keystore.password";
    const TYPE: &str = "ssl.keystore.type";
    const KEY_PASSWORD: &str = "ssl.key.password";
    let has_key_password = values.text(KEY_PASSWORD).is_some();
    let kind = values.text(TYPE).unwrap_or_default();
    let path = values.text(PATH);
    let password = values.text(PASSWORD).is_some();
    if values.text(KEY).is_some() {
        if kind != "PEM" {
            let message = format!(
                "SSL private key can be specified only for PEM, but key store type is {kind}."
            );
            return refuse(&message, &[TYPE, KEY]);
        }
        if values.text(CHAIN).is_none() {
            let message = "SSL private key is specified, but certificate chain is not specified.";
            return refuse(message, &[KEY, CHAIN]);
        }
        if path.is_some() {
            let message = "Both SSL key store location and separate private key are specified.";
            return refuse(message, &[PATH, KEY]);
        }
        if password {
            let message = "SSL key store password cannot be specified with PEM format, only key \
                           password may be specified.";
            return refuse(message, &[PASSWORD]);
        }
        let missing = [(KEY, PRIVATE_KEY), (CHAIN, CERTIFICATE)]
            .into_iter()
            .find(|(name, entry)| !has_entry(values.text(name).unwrap_or_default(), entry));
        return missing.map_or(Ok(()), |(name, entry)| {
            let refusal = no_entry(name, entry);
            Err(refusal.within(INVALID_CONFIGURATION, "Invalid PEM keystore configs"))
        });
    }
    if values.text(CHAIN).is_some() {
        let message = "SSL certificate chain is specified, but private key is not specified";
        return refuse(message, &[CHAIN, KEY]);
    }
    match path {
        Some(_) if kind == "PEM" && password => refuse(
            "SSL key store password cannot be specified with PEM format, only key password may be \
             specified",
            &[PASSWORD],
        ),
        Some(_) if kind == "PEM" && version < KEY_WITHOUT_PASSWORD && !has_key_password => refuse(
            "SSL PEM key store is specified, but key password is not specified.",
            &[PATH, KEY_PASSWORD],
        ),
        Some(path) if kind == "PEM" => pem_file(path, PATH, environment),
        None if password => refuse(
            "SSL key store is not specified, but key store password is specified.",
            &[PASSWORD, PATH],
        ),
        Some(_) if !password => refuse(
            "SSL key store is specified, but key store password is not specified.",
            &[PATH, PASSWORD],
        ),
        Some(path) => store_file(path, kind, TYPE, PATH, environment),
        None => Ok(()),
    }
}

/// `DefaultSslEngineFactory.createTruststore`.
fn trust_store(values: &Values, environment: Environment) -> Result<(), Refusal> {
    const CERTIFICATES: &str = "ssl.truststore.certificates";
    const PATH: &str = "ssl.truststore.location";
    const PASSWORD: &str = "ssl.truststore.password";
    const TYPE: &str = "ssl.truststore.type";
    const NO_PASSWORD: &str = "SSL trust store password cannot be specified for PEM format.";
    let kind = values.text(TYPE).unwrap_or_default();
    let path = values.text(PATH);
    let password = values.text(PASSWORD).is_some();
    if values.text(CERTIFICATES).is_some() {
        if kind != "PEM" {
            let message = format!(
                "SSL trust store certs can be specified only for PEM, but trust store type is \
                 {kind}."
            );
            return refuse(&message, &[TYPE, CERTIFICATES]);
        }
        if path.is_some() {
            let message =
                "Both SSL trust store location and separate trust certificates are specified.";
            return refuse(message, &[PATH, CERTIFICATES]);
        }
        if password {
            return refuse(NO_PASSWORD, &[PASSWORD]);
        }
        let texts = values.text(CERTIFICATES).unwrap_or_default();
        return if has_entry(texts, CERTIFICATE) {
            Ok(())
        } else {
            Err(no_entry(CERTIFICATES, CERTIFICATE))
        };
    }
    match path {
        Some(_) if kind == "PEM" && password => refuse(NO_PASSWORD, &[PASSWORD]),
        Some(path) if kind == "PEM" => pem_file(path, PATH, environment),
        None if password => refuse(
            "SSL trust store is not specified, but trust store password is specified.",
            &[PASSWORD, PATH],
        ),
        Some(path) => store_file(path, kind, TYPE, PATH, environment),
        None => Ok(()),
    }
}

/// The first release that takes a PEM file without a password of its key.
const KEY_WITHOUT_PASSWORD: KafkaVersion = KafkaVersion::new(3, 3, 0);

const PRIVATE_KEY: &str = "PRIVATE KEY";
const CERTIFICATE: &str = "CERTIFICATE";

/// Whether a text has a PEM entry whose label ends in this: dashes, `BEGIN` and the label, lines with a colon,
/// base64, and the same with `END`. What the base64 holds isn't looked at.
fn has_entry(text: &str, label: &str) -> bool {
    let label = label.replace(' ', r"\s+");
    let line = |word: &str| format!(r"-{word}\s*.*{label}[^-]*-+\s+");
    let entry = format!(
        r"{}(?:[^\r\n]*:[^\r\n]*[\r\n]+)*[a-zA-Z0-9/+=\s]*{}",
        line("BEGIN"),
        line("-*END")
    );
    Regex::new(&entry).is_ok_and(|entry| entry.is_match(&format!("{text}\n")))
}

fn no_entry(name: &'static str, label: &str) -> Refusal {
    let message = format!("No matching {label} entries in PEM file");
    Refusal::new(INVALID_CONFIGURATION, message, &[name])
}

const NO_SUCH_FILE: &str = "java.nio.file.NoSuchFileException";
const IO: &str = "java.io.IOException";

/// The exception that opening a missing file ends in; the empty path is the working directory.
fn missing_file(path: &str) -> (&'static str, String) {
    if path.is_empty() {
        (IO, "Is a directory".to_owned())
    } else {
        (NO_SUCH_FILE, path.to_owned())
    }
}

/// The types that the JDK has without a configuration of its own.
const STORE_TYPES: [&str; 5] = ["JKS", "PKCS12", "JCEKS", "DKS", "CaseExactJKS"];

fn store_file(
    path: &str,
    kind: &str,
    type_key: &'static str,
    key: &'static str,
    environment: Environment,
) -> Result<(), Refusal> {
    let in_application = environment == Environment::Application;
    let failed = |key| {
        let message = format!("Failed to load SSL keystore {path} of type {kind}");
        Refusal::new(KAFKA, message, &[key])
    };
    // The type is asked for once the file is open. Libraries bring types of their own.
    let is_type = STORE_TYPES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(kind));
    let may_be_type = in_application && !kind.is_empty() && !kind.eq_ignore_ascii_case("PEM");
    let opens = path.is_empty() || in_application;
    if opens && !is_type && !may_be_type {
        let refusal = failed(type_key).because(
            "java.security.KeyStoreException",
            Some(format!("{kind} not found")),
        );
        let message = format!("{kind} KeyStore not available");
        return Err(refusal.because("java.security.NoSuchAlgorithmException", Some(message)));
    }
    if in_application && !path.is_empty() {
        return Ok(());
    }
    let (class, cause) = missing_file(path);
    Err(failed(key).because(class, Some(cause)))
}

fn pem_file(path: &str, key: &'static str, environment: Environment) -> Result<(), Refusal> {
    if environment == Environment::Application && !path.is_empty() {
        return Ok(());
    }
    let message = format!("Failed to load PEM SSL keystore {path}");
    let (class, cause) = missing_file(path);
    let refusal = Refusal::new(INVALID_CONFIGURATION, message, &[key]);
    let refusal = refusal.because(IO, Some(format!("Unable to read file {path}")));
    Err(refusal.because(class, Some(cause)))
}
