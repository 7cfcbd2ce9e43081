//! The rules, one file or one table row each, and their registry.
//!
//! A rule has its [`Rule`] (what the advisor runs), its [`Docs`] (what the reader of its page gets)
//! and its check. Rules with a check of a few lines stand together as rows, written with `rule!`.
//! Checks that apply to every property of a type take their knowledge from the catalog. The docs are a table of their own, which the page in the browser doesn't link,
//! so that they cost it nothing.
//!
//! Invariants, each held by a test below: ids are unique, sorted and never reused; every rule has
//! docs with all parts.

/// A rule as a row: a module of that name with its `RULE` and its `DOCS`. The check, a function or a
/// closure, gets the rule that it speaks for, so that one function can serve several rows.
macro_rules! rule {
    ($module:ident, $id:literal, $name:literal, $severity:ident, $source:literal, $check:expr,
     what: $what:literal, why: $why:literal, false_alarm: $false_alarm:literal, fix: $fix:literal $(,)?) => {
        pub(in crate::lint::rules) mod $module {
            // What a check names stands beside the row.
            #[allow(clippy::wildcard_imports, unused_imports)]
            use super::*;

            pub(in crate::lint::rules) static RULE: crate::lint::rules::Rule =
                crate::lint::rules::Rule {
                    id: $id,
                    name: $name,
                    severity: crate::lint::finding::Severity::$severity,
                    source: $source,
                    check: crate::lint::rules::Check::Many(|subject| {
                        crate::lint::rules::said($check, subject, &RULE)
                    }),
                    question: None,
                };

            pub(in crate::lint::rules) static DOCS: crate::lint::rules::Docs =
                crate::lint::rules::Docs {
                    what: $what,
                    why: $why,
                    false_alarm: $false_alarm,
                    fix: $fix,
                };
        }
    };
}

mod alerts;
mod assignors;
mod clients;
mod durability;
mod example;
mod fetch;
mod frameworks;
pub(super) mod keys;
mod membership;
mod network;
mod offsets;
pub(super) mod parse;
pub(super) mod platform;
mod program;
mod protocol;
mod reach;
mod security;
pub(super) mod timing;
mod together;
mod values;

pub use example::{Example, examples};
pub(super) use reach::reaches;

use super::finding::{Finding, Question, Severity};
use super::subject::Subject;

/// A rule.
pub struct Rule {
    /// Its id, such as `KC-T301`. Never changes its meaning, never is reused.
    pub id: &'static str,
    /// Its name in kebab case.
    pub name: &'static str,
    /// The highest severity of its findings.
    pub severity: Severity,
    /// What its findings follow from: a class, a KIP, a document.
    pub source: &'static str,
    pub(crate) check: Check,
    pub(crate) question: Option<Ask>,
}

/// How a rule asks for a fact that it lacks.
type Ask = fn(&Subject<'_>) -> Option<Question>;

/// How a rule looks at one configuration.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// It has at most one thing to say.
    One(fn(&Subject<'_>) -> Option<Finding>),
    /// It may speak about several entries.
    Many(fn(&Subject<'_>) -> Vec<Finding>),
}

/// What a row's check says about a configuration.
fn said<T: IntoIterator<Item = Finding>>(
    check: impl Fn(&Subject<'_>, &Rule) -> T,
    subject: &Subject<'_>,
    rule: &Rule,
) -> Vec<Finding> {
    check(subject, rule).into_iter().collect()
}

/// What the page of a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Docs {
    /// What is wrong.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// When it is a false alarm.
    pub false_alarm: &'static str,
    /// What to do.
    pub fix: &'static str,
}

macro_rules! registry {
    ($($($segment:ident)::+),+ $(,)?) => {
        static RULES: &[&Rule] = &[$(&$($segment)::+::RULE),+];
        static DOCS: &[&Docs] = &[$(&$($segment)::+::DOCS),+];
    };
}

registry! {
    assignors::eager_assignor,
    assignors::default_assignor_is_eager,
    assignors::advice::migration,
    together::disjoint,
    together::halfway,
    together::skew,
    assignors::advice::idle_members,
    assignors::advice::uneven,
    assignors::advice::rack_unused,
    assignors::advice::rack_selector,
    assignors::advice::sticky,
    together::protocols,
    durability::few_copies,
    durability::one_in_sync,
    durability::all_in_sync,
    durability::too_many_in_sync,
    durability::weak_acks,
    durability::conflict,
    durability::silently_off,
    durability::unclean,
    durability::compression,
    durability::delivery,
    durability::offsets_topic,
    fetch::memory,
    fetch::partition_above_total,
    fetch::min_above_max,
    fetch::wait_too_short,
    fetch::wait_zero,
    fetch::records_do_not_limit,
    fetch::records_huge,
    fetch::crcs_off,
    fetch::partition_small,
    fetch::buffer_small,
    protocol::consumer_protocol_with_classic_keys,
    protocol::advice::remote_unknown,
    protocol::advice::broker_old,
    protocol::advice::ready,
    protocol::advice::custom_blocks,
    protocol::advice::streams,
    protocol::advice::instance_semantics,
    program::share,
    protocol::advice::share_key,
    alerts::rate_unit,
    alerts::unknown_metric,
    alerts::cumulative,
    platform::pod_of_deployment,
    platform::no_id,
    platform::short_grace,
    platform::surge,
    platform::slow_restart,
    platform::liveness,
    platform::not_read,
    platform::broker_image,
    platform::not_quoted,
    clients::librdkafka::interval_below_session,
    clients::librdkafka::mixed_assignors,
    clients::librdkafka::callbacks,
    clients::unknown::max_poll_records,
    clients::librdkafka::offset_store,
    clients::librdkafka::queue_memory,
    clients::librdkafka::fetch_sizes,
    clients::librdkafka::reconnect,
    clients::kafkajs::no_cooperative,
    clients::kafkajs::no_static,
    clients::kafkajs::unknown_option,
    clients::kafkajs::slow_handler,
    clients::kafkajs::short_rebalance,
    clients::kafkajs::swallowed,
    clients::go::errors,
    clients::go::session,
    clients::go::version,
    clients::go::mixed,
    clients::go::start,
    clients::python::timeouts,
    clients::python::defaults,
    membership::constant_instance_id,
    membership::constant_instance_id_unknown_replicas,
    membership::advice::random_id,
    membership::short_session,
    membership::advice::slow_failover,
    membership::advice::broker_session,
    platform::scaled,
    membership::advice::one_client_id,
    platform::threads,
    network::single_server,
    network::localhost,
    network::reconnect_max_unset,
    network::base_above_max,
    network::backoff_zero,
    network::idle_long,
    network::metadata_old,
    network::scheme,
    offsets::latest,
    offsets::earliest,
    offsets::none,
    program::commits_twice,
    offsets::auto_by_default,
    program::hands_over,
    offsets::uncommitted,
    offsets::committed,
    platform::idle_group,
    offsets::creates_topics,
    parse::trailing_comment,
    parse::writing::broken_line,
    parse::malformed_unicode_escape,
    parse::writing::swallowed_backslash,
    parse::duplicate_key,
    program::spelt_twice,
    program::other_format,
    parse::writing::byte_order_mark,
    parse::writing::quoted,
    parse::writing::placeholder,
    parse::writing::not_latin,
    parse::writing::trailing_blank,
    parse::unknown_suppression,
    security::secret_in_plain_text,
    security::sasl::no_login,
    security::sasl::no_semicolon,
    security::sasl::no_flag,
    security::sasl::mismatch,
    security::sasl::two_modules,
    security::sasl::forbidden_module,
    security::sasl::sasl_unused,
    security::tls::unused,
    security::sasl::in_the_clear,
    security::tls::no_check,
    security::tls::no_store_password,
    security::tls::pem_password,
    security::tls::pem_without_type,
    security::tls::password_alone,
    security::tls::weak,
    security::sasl::no_service,
    security::sasl::token_url,
    security::tls::managed,
    timing::heartbeat_above_third_of_session,
    timing::heartbeat_too_slow_for_rebalance,
    timing::advice::heartbeat_fast,
    timing::session_longer_than_max_poll_interval,
    timing::poll_budget_exceeded,
    timing::advice::budget_tight,
    timing::advice::interval_long,
    timing::advice::interval_short,
    timing::advice::session_short,
    timing::advice::session_long,
    timing::advice::request_below_wait,
    timing::advice::api_below_request,
    timing::advice::request_long,
    timing::advice::commits_late,
    timing::advice::commits_after_session,
    timing::advice::commits_often,
    timing::advice::commits_unused,
    timing::advice::unit,
    timing::advice::wait_long,
    timing::heartbeat_exactly_third_of_session,
    together::timeouts,
    values::not_a_number,
    values::number_out_of_range,
    values::limits::below_minimum,
    values::limits::above_maximum,
    values::bad_boolean,
    values::limits::bad_word,
    values::limits::bad_word_any_case,
    values::limits::by_duration,
    values::classes::short_class,
    values::classes::no_deserializer,
    values::classes::serializer,
    values::group::no_servers,
    values::group::bad_server,
    values::group::auto_commit_alone,
    values::group::empty_group,
    values::group::no_group,
    values::heartbeat_not_below_session,
    values::group::negative_heartbeat,
    values::group::bad_instance,
    values::classes::assignor_twice,
    values::classes::empty_element,
    values::classes::protocol_name,
    clients::librdkafka::class_names,
    values::classes::no_assignor,
    program::no_common_kind,
    program::object_type,
    values::brokers::session_limits,
    program::old_request,
    values::group::remote_assignor_classic,
    values::group::instance_alone,
    frameworks::spring::auto_commit_manual_ack,
    frameworks::spring::auto_commit_on,
    frameworks::spring::unknown_key,
    frameworks::spring::unit_in_map,
    frameworks::spring::nested_map,
    frameworks::spring::threads_without_partitions,
    frameworks::spring::idle_between_polls,
    frameworks::spring::ack_settings,
    frameworks::spring::batch_record_ack,
    frameworks::smallrye::auto_commit,
    frameworks::smallrye::unprocessed_age,
    frameworks::connect::policy,
    frameworks::connect::bare_key,
    frameworks::connect::worker_group,
    frameworks::connect::auto_commit,
    frameworks::connect::group_id,
    frameworks::streams::not_configurable,
    frameworks::streams::instance_id,
    frameworks::flink::membership,
    frameworks::flink::offset_reset,
    frameworks::mulesoft::concurrency,
    frameworks::mulesoft::no_commit,
    frameworks::mulesoft::immediate,
    frameworks::mulesoft::schema,
    frameworks::mulesoft::twice,
    frameworks::mulesoft::skipped,
    keys::unknown_property,
    keys::did_you_mean,
    clients::unknown::unknown,
    keys::foreign::producer,
    keys::foreign::broker,
    keys::foreign::topic,
    keys::foreign::old_consumer,
    keys::foreign::librdkafka,
    clients::unknown::java_key,
    keys::rebalance_timeout,
    keys::foreign::internal,
    keys::foreign::outdated,
    keys::wrong_case,
    keys::foreign::too_new,
}

/// All rules, sorted by id.
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    let index = RULES.binary_search_by_key(&id, |rule| rule.id).ok()?;
    RULES.get(index).copied()
}

/// The docs of the rule of that id.
pub fn docs(id: &str) -> Option<&'static Docs> {
    let index = RULES.binary_search_by_key(&id, |rule| rule.id).ok()?;
    DOCS.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_sorted() {
        assert!(RULES.is_sorted_by(|one, next| one.id < next.id));
        for rule in all() {
            assert_eq!(
                super::rule(rule.id).map(|found| found.name),
                Some(rule.name)
            );
        }
    }

    #[test]
    fn ids_and_names_have_their_form() {
        for rule in all() {
            let number = rule.id.strip_prefix("KC-").and_then(|rest| rest.get(1..));
            assert!(
                number.is_some_and(|number| number.parse::<u16>().is_ok()),
                "{}",
                rule.id
            );
            // A name may hold a number or a version, as in `legacy-0.8-consumer-key`.
            let kebab = |char: char| {
                char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '.')
            };
            assert!(rule.name.chars().all(kebab), "{}", rule.name);
        }
    }

    #[test]
    fn docs_have_all_parts_in_whole_sentences() {
        for rule in all() {
            let docs = docs(rule.id).unwrap();
            for part in [docs.what, docs.why, docs.false_alarm, docs.fix] {
                let begins = part.starts_with(|char: char| char.is_uppercase() || char == '`');
                assert!(begins && part.ends_with(['.', ')']), "{}: {part}", rule.id);
            }
            assert!(!rule.source.is_empty(), "{}", rule.id);
        }
    }
}
