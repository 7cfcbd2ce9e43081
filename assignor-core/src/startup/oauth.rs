//! The login with OAuth's client credentials: what Kafka's own handler asks of the configuration before it
//! fetches a token.
//!
//! Source of truth: `OAuthBearerLoginCallbackHandler.configure` of kafka-clients 3.1 to 4.3, run with and
//! without the address. Whether the identity provider answers isn't known here.

use super::classes::Environment;
use super::definition::Values;
use super::exception::{CONFIG, ILLEGAL_ARGUMENT, Refusal};
use crate::version::KafkaVersion;

pub(super) const HANDLER_KEY: &str = "sasl.login.callback.handler.class";
const URL: &str = "sasl.oauthbearer.token.endpoint.url";
const RETRIEVER_KEY: &str = "sasl.oauthbearer.jwt.retriever.class";
const RETRIEVER: &str = "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever";
/// From this release on the JVM must allow the address.
const ALLOW_LIST: KafkaVersion = KafkaVersion::new(4, 0, 0);
/// From this release on a class of its own fetches the token (KIP-1139).
const HAS_RETRIEVER: KafkaVersion = KafkaVersion::new(4, 1, 0);

/// What the handler refuses, if it is Kafka's.
pub(super) fn configure(
    values: &Values,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    let handler = values.text(HANDLER_KEY).unwrap_or_default();
    if !handler.ends_with(".OAuthBearerLoginCallbackHandler") {
        return Ok(());
    }
    let mechanism = values.text("sasl.mechanism").unwrap_or_default();
    if mechanism != "OAUTHBEARER" {
        let message = format!("Unexpected SASL mechanism: {mechanism}");
        let keys = &[HANDLER_KEY, "sasl.mechanism"];
        return Err(Refusal::new(ILLEGAL_ARGUMENT, message, keys));
    }
    let retriever = values.text(RETRIEVER_KEY);
    if retriever.is_some_and(|retriever| retriever != RETRIEVER) {
        return Ok(());
    }
    let has_retriever = version >= HAS_RETRIEVER;
    let refuse = |message: String| {
        let whole = if has_retriever {
            format!(
                "The class {RETRIEVER} defined in the {RETRIEVER_KEY} configuration encountered an \
                 error on configure(): {message}"
            )
        } else {
            message
        };
        Err(Refusal::new(CONFIG, whole, &[URL]))
    };
    let Some(url) = values.text(URL) else {
        let end = if has_retriever {
            "value is required"
        } else {
            "value must be non-null"
        };
        return refuse(format!("The OAuth configuration option {URL} {end}"));
    };
    if environment == Environment::Application {
        return Ok(());
    }
    const ALLOWED: &str = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    if has_retriever {
        refuse(format!(
            "Invalid value {url} for configuration {URL}: The URL cannot be accessed due to \
             restrictions. Update the system property '{ALLOWED}' to allow the URL to be accessed."
        ))
    } else if version >= ALLOW_LIST {
        refuse(format!(
            "{url} is not allowed. Update system property '{ALLOWED}' to allow {url}"
        ))
    } else {
        let message = "An internal error occurred while retrieving token from callback handler";
        let class = "javax.security.auth.login.LoginException";
        Err(Refusal::new(class, message, &[URL]))
    }
}
