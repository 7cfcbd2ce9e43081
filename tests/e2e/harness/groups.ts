import type { Action } from "./scenario.ts";

/** A group of many: members start 30 ms apart and settle before 10 s; then come `actions`. It runs for 20 s. */
export function group(members: number, partitions: number, strategy: string, actions: Action[] = []) {
  const names = Array.from({ length: members }, (_, n) => `c${n + 1}`);
  return {
    version: 1,
    broker: { "group.initial.rebalance.delay.ms": "3000" },
    timing: { poll_ms: 100 },
    topics: [{ name: "a", partitions }],
    config: {
      "partition.assignment.strategy": `org.apache.kafka.clients.consumer.${strategy}`,
      "session.timeout.ms": "6000",
      "heartbeat.interval.ms": "1000",
    },
    members: names.map((name) => ({ name })),
    actions: [...names.map((member, n) => ({ at_ms: n * 30, do: "start", member })), ...actions],
    until_ms: 20_000,
  };
}
