//! A scenario without its secrets.
//!
//! A scenario's properties are Kafka's, so that a password can stand among them. A run never needs one, and no link
//! and no file that the page writes has one.

use assignor_core::config::secrets::may_be_secret;
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::Properties;

/// The scenario without secrets, and where they stood.
pub fn without_secrets(scenario: &Scenario) -> (Scenario, Vec<String>) {
    let mut clean = scenario.clone();
    let mut removed = Vec::new();
    let mut strip = |place: &str, properties: &mut Properties| {
        properties.retain(|key, value| {
            let is_kept = !may_be_secret(key, value);
            if !is_kept {
                removed.push(format!("{place}: {key}"));
            }
            is_kept
        });
    };
    strip("broker", &mut clean.broker);
    strip("config", &mut clean.config);
    for member in &mut clean.members {
        strip(&member.name, &mut member.config);
    }
    for action in &mut clean.actions {
        let place = format!("{} at {} ms", action.kind.verb(), action.at_ms);
        if let Some(config) = action.kind.config_mut() {
            strip(&place, config);
        }
    }
    (clean, removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_go_wherever_they_stand_and_are_named() {
        let secret = json!({"sasl.jaas.config": "x required password=\"hunter2\";", "session.timeout.ms": "9000"});
        let scenario = Scenario::from_value(&json!({
            "version": 1,
            "broker": {"listener.name.x.ssl.key.password": "hunter2"},
            "topics": [{"name": "a", "partitions": 1}],
            "config": {"my.client.secret": "hunter2", "some.url": "https://u:hunter2@host/"},
            "members": [{"name": "c1", "config": secret}],
            "actions": [{"at_ms": 5, "do": "start", "member": "c1", "config": secret}],
            "until_ms": 1000,
        }))
        .unwrap();
        let (clean, removed) = without_secrets(&scenario);
        assert!(scenario.to_json().contains("hunter2"));
        assert!(!clean.to_json().contains("hunter2"));
        assert_eq!(
            removed,
            [
                "broker: listener.name.x.ssl.key.password",
                "config: my.client.secret",
                "config: some.url",
                "c1: sasl.jaas.config",
                "start at 5 ms: sasl.jaas.config"
            ]
        );
        assert_eq!(clean.members[0].config.len(), 1);
        assert_eq!(without_secrets(&clean), (clean.clone(), Vec::new()));
    }
}
