/** An action of a scenario. */
export type Action = { at_ms: number; do: string; [field: string]: unknown };

/**
 * A group under range that reads six partitions of a topic for 20 s, with sessions of 6 s. `c1` starts at 0,
 * `c2` at `second_ms`; then come `actions`.
 */
export function scenario({ topic = "a", members = ["c1", "c2"], second_ms = 300, actions = [] as Action[] } = {}) {
  return {
    version: 1,
    broker: { "group.initial.rebalance.delay.ms": "0" },
    timing: { poll_ms: 100 },
    topics: [{ name: topic, partitions: 6 }],
    config: {
      "partition.assignment.strategy": "org.apache.kafka.clients.consumer.RangeAssignor",
      "session.timeout.ms": "6000",
      "heartbeat.interval.ms": "1000",
    },
    members: members.map((name) => ({ name })),
    actions: [
      { at_ms: 0, do: "start", member: "c1" },
      { at_ms: second_ms, do: "start", member: "c2" },
      ...actions,
    ],
    until_ms: 20000,
  };
}
