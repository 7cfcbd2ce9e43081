//! `bootstrap.servers`: which texts are addresses, and which of them resolve.
//!
//! Source of truth: `Utils.getHost`/`getPort` and `ClientUtils.parseAndValidateAddresses`; for
//! numeric addresses the JDK. Whether a name resolves can't be known from a text:
//! [`Environment`] says what is assumed.

use super::classes::Environment;
use super::exception::{CONFIG, Refusal};
use crate::version::KafkaVersion;

const KEY: &str = "bootstrap.servers";

/// Finds at least one address, as the constructor has to.
pub(super) fn check(
    urls: &[String],
    canonical: bool,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    let resolves = |host: &str| resolves(host, environment);
    let refuse = |what: &str, url: &str| {
        Err(Refusal::new(
            CONFIG,
            format!("{what} in {KEY}: {url}"),
            &[KEY],
        ))
    };
    let mut found = false;
    for url in urls.iter().filter(|url| !url.is_empty()) {
        let Some((host, port)) = split(url, version) else {
            return refuse("Invalid url", url);
        };
        if canonical && !resolves(host) {
            return refuse("Unknown host", url);
        }
        if !port.parse::<i64>().is_ok_and(|port| port <= 65_535) {
            return refuse("Invalid port", url);
        }
        found |= resolves(host);
    }
    if found {
        return Ok(());
    }
    let message = format!("No resolvable bootstrap urls given in {KEY}");
    Err(Refusal::new(CONFIG, message, &[KEY]))
}

fn is_host_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '%' | '.' | '_' | ':')
}

/// Host and port. The last colon separates them, because the port has digits only.
fn split(url: &str, version: KafkaVersion) -> Option<(&str, &str)> {
    let (front, port) = url.rsplit_once(':')?;
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let front = front.strip_suffix(']').unwrap_or(front);
    if has_strict_pattern(version) {
        let host = match front.split_once("://") {
            Some((scheme, host))
                if scheme.chars().all(|char| is_host_char(char) && char != ':') =>
            {
                host
            }
            _ => front,
        };
        let host = host.strip_prefix('[').unwrap_or(host);
        return host.chars().all(is_host_char).then_some((host, port));
    }
    // Anything may stand before the host, on one line: the longest end that can be one is it.
    let end_of_line = |char| matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if front.contains(end_of_line) {
        return None;
    }
    let start = front
        .char_indices()
        .rev()
        .take_while(|(_, char)| is_host_char(*char))
        .last()
        .map_or(front.len(), |(at, _)| at);
    Some((front.get(start..)?, port))
}

/// 3.8 and 3.9.0 had it, 3.9.1 went back, 4.0 has it again.
fn has_strict_pattern(version: KafkaVersion) -> bool {
    version >= KafkaVersion::new(4, 0, 0)
        || (KafkaVersion::new(3, 8, 0)..KafkaVersion::new(3, 9, 1)).contains(&version)
}

/// Whether a host is an address or could be a name that somebody's resolver knows.
fn resolves(host: &str, environment: Environment) -> bool {
    if host.is_empty() {
        // The JDK takes the empty name as the machine itself.
        return true;
    }
    if host.contains(':') {
        let address = host.split_once('%').map_or(host, |(address, _)| address);
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    if host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return is_ipv4(host);
    }
    if environment == Environment::Bare {
        return host.eq_ignore_ascii_case("localhost");
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    // RFC 6761 keeps this top-level domain free of names.
    let never = name.eq_ignore_ascii_case("invalid")
        || name
            .rsplit_once('.')
            .is_some_and(|(_, top)| top.eq_ignore_ascii_case("invalid"));
    name.len() <= 253 && !never && name.split('.').all(label)
}

/// One to four numbers; the last one fills the bytes that are left.
fn is_ipv4(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    let Some((last, first)) = parts.split_last() else {
        return false;
    };
    let rest = match first.len() {
        0 => u64::from(u32::MAX),
        1 => 0xff_ffff,
        2 => 0xffff,
        3 => 0xff,
        _ => return false,
    };
    first.iter().all(|part| part.parse::<u8>().is_ok())
        && last.parse::<u64>().is_ok_and(|number| number <= rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_addresses_and_names() {
        let resolves = |host| resolves(host, Environment::Application);
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0",
            "::1",
            "localhost",
            "my_host",
            "a.b.",
        ] {
            assert!(resolves(host), "{host}");
        }
        for host in [
            "256.1.1.1",
            "1.2.3.4.5",
            "::g",
            "a..b",
            "-a",
            "x.invalid",
            "%",
            "a%1",
        ] {
            assert!(!resolves(host), "{host}");
        }
    }

    #[test]
    fn the_pattern_became_strict() {
        let old = KafkaVersion::new(3, 9, 2);
        let strict = KafkaVersion::new(4, 0, 0);
        for url in ["local host:9092", "a/localhost:9092", "${X}:9092"] {
            assert!(split(url, old).is_some(), "{url}");
            assert!(split(url, strict).is_none(), "{url}");
        }
        assert_eq!(split("PLAINTEXT://h:1", old), Some(("h", "1")));
        assert_eq!(split("kafka://h:1", strict), Some(("h", "1")));
        assert_eq!(split("[::1]:9092", strict), Some(("::1", "9092")));
    }
}
