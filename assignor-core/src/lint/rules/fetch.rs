//! Fetching: how much is read at once, and how long the broker waits.

use super::Rule;
use crate::lint::finding::Finding;
use crate::lint::subject::Subject;

rule!(
    memory, "KC-F701", "fetch-memory-bound", Warn, "FetchConfig, AbstractFetch: one fetch in flight per broker", memory_check,
    what: "The fetches that may be in memory at once exceed half of the heap.",
    why: "A consumer fetches from every broker in parallel and keeps what it hasn't handed out yet. Each of those \
          fetches may be as large as `fetch.max.bytes`, so the bound grows with the brokers and with the consumers in \
          the process.",
    false_alarm: "The subscribed partitions sit on few brokers, or hold too little to fill a fetch.",
    fix: "Lower `fetch.max.bytes`, or give the process more memory.",
);

fn memory_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let heap = subject.facts.heap?;
    let brokers = subject.facts.brokers.unwrap_or(1).max(1);
    let consumers = subject.facts.concurrency.unwrap_or(1).max(1);
    let (bytes, fetch) = subject.integer("fetch.max.bytes")?;
    let bytes = u64::try_from(bytes).ok()?;
    let most = u128::from(bytes) * u128::from(brokers) * u128::from(consumers);
    if most * 2 <= u128::from(heap) {
        return None;
    }
    let message = format!(
        "{brokers} brokers \u{d7} {consumers} consumers \u{d7} {bytes} bytes can be {most} bytes in memory, more than half of {heap}"
    );
    let fits = heap / 4 / brokers / consumers;
    let finding = subject
        .about(rule, &[&fetch], message)
        .why("A consumer has one fetch per broker in memory at a time, each up to `fetch.max.bytes`.")
        .rests_on_fact("brokers", brokers.to_string())
        .rests_on_fact("heap", heap.to_string());
    Some(if fits > 0 && fits < bytes {
        finding.suggests(subject, "fetch.max.bytes", &fits.to_string())
    } else {
        finding
    })
}

rule!(
    partition_above_total, "KC-F702", "partition-fetch-above-fetch-max", Info, "ConsumerConfig.java (FETCH_MAX_BYTES_DOC); KIP-74", partition_above_total_check,
    what: "`max.partition.fetch.bytes` is greater than `fetch.max.bytes`.",
    why: "The bound on the whole answer holds first, so the greater bound per partition has no effect.",
    false_alarm: "None; it is only without effect.",
    fix: "Raise `fetch.max.bytes`, or lower the bound per partition to it.",
);

fn partition_above_total_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (partition, one) = subject.integer("max.partition.fetch.bytes")?;
    let (total, all) = subject.integer("fetch.max.bytes")?;
    if partition <= total || !(one.is_set() || all.is_set()) {
        return None;
    }
    let message = format!(
        "`max.partition.fetch.bytes` {partition} exceeds `fetch.max.bytes` {total}, which holds first"
    );
    Some(
        subject.about(rule, &[&one, &all], message).why(
            "The bound on the whole answer cuts every fetch, so the part above it has no effect.",
        ),
    )
}

rule!(
    min_above_max, "KC-F703", "fetch-min-above-fetch-max", Info, "KafkaApis.scala (fetch bounds); run: accepted", min_above_max_check,
    what: "`fetch.min.bytes` is greater than `fetch.max.bytes`.",
    why: "The broker lowers the minimum to the maximum, so it isn't the one that was written.",
    false_alarm: "None; it is only without effect.",
    fix: "Keep `fetch.min.bytes` below `fetch.max.bytes`.",
);

fn min_above_max_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (least, min) = subject.integer("fetch.min.bytes")?;
    let (most, max) = subject.integer("fetch.max.bytes")?;
    if least <= most {
        return None;
    }
    let message = format!(
        "`fetch.min.bytes` {least} exceeds `fetch.max.bytes` {most}; the broker uses {most} for both"
    );
    Some(
        subject
            .about(rule, &[&min, &max], message)
            .why("The broker never waits for more than it may send."),
    )
}

rule!(
    wait_too_short, "KC-F704", "fetch-min-large-with-short-wait", Info, "ConsumerConfig.java (fetch.min.bytes, fetch.max.wait.ms)", wait_too_short_check,
    what: "`fetch.min.bytes` asks the broker to gather records, but `fetch.max.wait.ms` gives it almost no time.",
    why: "The wait ends before the minimum is reached, so the client sends small fetches one after the other.",
    false_alarm: "Topics so busy that the minimum is there within the wait.",
    fix: "Let the broker wait longer, 500 ms by default, or drop the minimum.",
);

fn wait_too_short_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (least, min) = subject.integer("fetch.min.bytes")?;
    let (wait_ms, wait) = subject.integer("fetch.max.wait.ms")?;
    if least <= 1 || !(1..10).contains(&wait_ms) {
        return None;
    }
    let message =
        format!("`fetch.max.wait.ms` {wait_ms} leaves no time to gather `fetch.min.bytes` {least}");
    Some(
        subject
            .about(rule, &[&wait, &min], message)
            .why("The wait ends first, so small fetches follow each other.")
            .suggests(subject, "fetch.max.wait.ms", "500"),
    )
}

rule!(
    wait_zero, "KC-F705", "fetch-wait-zero", Warn, "ConsumerConfig.java (fetch.max.wait.ms)", wait_zero_check,
    what: "`fetch.max.wait.ms` is 0.",
    why: "The broker answers at once, also when there is nothing to read: client and broker spin.",
    false_alarm: "A topic that never runs dry.",
    fix: "Use 500 (the default), or less where latency with a large `fetch.min.bytes` matters.",
);

fn wait_zero_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (wait_ms, wait) = subject.integer("fetch.max.wait.ms")?;
    (wait_ms == 0).then(|| {
        subject
            .about(
                rule,
                &[&wait],
                "`fetch.max.wait.ms` is 0, so an idle consumer asks without a pause",
            )
            .why("An empty fetch is answered at once and sent again at once, for every broker.")
            .suggests(subject, "fetch.max.wait.ms", "500")
    })
}

rule!(
    records_do_not_limit, "KC-F706", "max-poll-records-does-not-limit-fetch", Info, "KIP-41; ConsumerConfig.java (max.poll.records)", records_do_not_limit_check,
    what: "`max.poll.records` is very small.",
    why: "It only divides what has been fetched already into smaller batches. Memory and network stay as they were.",
    false_alarm: "It is small because one record takes long.",
    fix: "To save memory or network, lower `max.partition.fetch.bytes` or `fetch.max.bytes`.",
);

fn records_do_not_limit_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (records, value) = subject.integer("max.poll.records")?;
    if !(1..=10).contains(&records) || !value.is_set() || subject.facts.per_record_ms.is_some() {
        return None;
    }
    let message = format!("`max.poll.records` {records} makes batches small, not fetches");
    Some(subject.about(rule, &[&value], message).why(
        "The client fetches as much as before and hands it out in pieces. Memory is bounded by \
         `max.partition.fetch.bytes` and `fetch.max.bytes`.",
    ))
}

rule!(
    records_huge, "KC-F707", "max-poll-records-huge", Info, "KIP-41", records_huge_check,
    what: "`max.poll.records` is above 5000.",
    why: "A batch has to be worked through before the next poll. The larger it is, the nearer `max.poll.interval.ms`, \
          and the more is read twice after a crash.",
    false_alarm: "Records that take microseconds, or batches that are written in one go.",
    fix: "Tell how long one record takes, or go back to 500.",
);

fn records_huge_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (records, value) = subject.integer("max.poll.records")?;
    if records <= 5_000 || !value.is_set() || subject.facts.per_record_ms.is_some() {
        return None;
    }
    let message = format!("a batch of {records} records has to be done between two polls");
    Some(
        subject
            .about(rule, &[&value], message)
            .why("Everything since the last commit is read again after a crash, and the poll timer runs for the whole batch."),
    )
}

rule!(
    crcs_off, "KC-F708", "check-crcs-off", Info, "ConsumerConfig.java (check.crcs)", crcs_off_check,
    what: "`check.crcs` is `false`.",
    why: "Records that were damaged on the wire or on disk are handed to the application as they are.",
    false_alarm: "Measured need for the few per cent of CPU.",
    fix: "Leave it at `true`.",
);

fn crcs_off_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, value) = subject.flag("check.crcs")?;
    (!on).then(|| {
        subject
            .about(rule, &[&value], "damaged record batches aren't noticed")
            .why("`check.crcs=false` saves little CPU and hands out what arrives.")
            .suggests(subject, "check.crcs", "true")
    })
}

/// The broker's `message.max.bytes` unless somebody changed it.
const MESSAGE_MAX_BYTES: i64 = 1_048_588;

rule!(
    partition_small, "KC-F709", "partition-fetch-below-message-size", Info, "KIP-74", partition_small_check,
    what: "`max.partition.fetch.bytes` is smaller than a batch may be.",
    why: "The first batch of an answer is sent whatever its size, so reading goes on, but with about one batch in each \
          fetch.",
    false_alarm: "Batches on this topic are small.",
    fix: "Use 1048576 (the default) or more.",
);

fn partition_small_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (bytes, value) = subject.integer("max.partition.fetch.bytes")?;
    // The default, 1048576, is itself a few bytes below the broker's default.
    if !(0..MESSAGE_MAX_BYTES - 12).contains(&bytes) || !value.is_set() {
        return None;
    }
    let message = format!(
        "`max.partition.fetch.bytes` {bytes} is less than one batch may have ({MESSAGE_MAX_BYTES} by default)"
    );
    Some(
        subject.about(rule, &[&value], message).why(
            "Each fetch then brings about one batch of a partition, however many are waiting.",
        ),
    )
}

rule!(
    buffer_small, "KC-F710", "buffer-bytes-small", Info, "ConsumerConfig.java (receive.buffer.bytes)", buffer_small_check,
    what: "The TCP buffer is smaller than 16 KiB.",
    why: "A window that small throttles the connection, the more the longer the way.",
    false_alarm: "None known.",
    fix: "Use 65536 (the default), or -1 for the system's own size.",
);

fn buffer_small_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (bytes, value) = subject.integer("receive.buffer.bytes")?;
    (0..16_384).contains(&bytes).then(|| {
        subject
            .about(
                rule,
                &[&value],
                format!("a receive buffer of {bytes} bytes throttles every fetch"),
            )
            .why("TCP can't have more than the buffer on its way.")
            .suggests(subject, "receive.buffer.bytes", "-1")
    })
}
