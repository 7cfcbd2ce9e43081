import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("../../..", import.meta.url).pathname;

/** The command that the run before has built, or a build of its own. */
const rebalance = process.env.REBALANCE
  ? [process.env.REBALANCE]
  : ["cargo", "run", "--quiet", "--locked", "-p", "rebalance-cli", "--"];

/** One object per event, as `rebalance simulate --format jsonl` prints them. */
export function simulate(scenario: string): Record<string, unknown>[] {
  const file = join(mkdtempSync(join(tmpdir(), "rebalance-lab-")), "scenario.json");
  writeFileSync(file, scenario);
  const [command, ...args] = [...rebalance, "simulate", file, "--format", "jsonl"];
  const lines = execFileSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 64 << 20 });
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

/** Who has each partition at a time, by the callbacks of the run: the last one that was assigned it and
 * neither gave it up nor is gone. Partitions are labelled as on the page, `a4` for `a:4`. */
export function ownersAt(events: Record<string, unknown>[], ms: number): Record<string, string> {
  const owners: Record<string, string> = {};
  for (const event of events) {
    if ((event.t_ms as number) > ms) continue;
    const who = event.who as string;
    const partitions = ((event.partitions as string[]) ?? []).map((name) => name.replace(":", ""));
    if (event.event === "assigned") for (const name of partitions) owners[name] = who;
    if (event.event === "revoked" || event.event === "lost")
      for (const name of partitions) if (owners[name] === who) owners[name] = "nobody";
    if (event.event === "killed" || event.event === "ended")
      for (const name in owners) if (owners[name] === who) owners[name] = "nobody";
  }
  return owners;
}
