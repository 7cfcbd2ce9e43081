import type { CDPSession, Page } from "@playwright/test";

/** An event of Chromium's trace; times in µs, `tdur` that of the processor alone. */
type TraceEvent = { name: string; ph: string; pid: number; tid: number; ts: number; dur?: number; tdur?: number };

/** What the main thread does for a frame before it is painted: script, style, layout. */
const work = new Set([
  "FireAnimationFrame",
  "FunctionCall",
  "EvaluateScript",
  "RunMicrotasks",
  "TimerFire",
  "EventDispatch",
  "UpdateLayoutTree",
  "RecalculateStyles",
  "Layout",
]);

/** Numbers of a sample: how many, the middle, the 95th percentile, the largest. */
export function spread(values: number[]): { count: number; p50: number; p95: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? NaN };
}

/** A line of the benchmark's table: what, its numbers in ms, and whether the goal is met. */
export function line(what: string, values: number[], goal_ms: number): string {
  const { count, p50, p95, max } = spread(values);
  const ms = (value: number) => value.toFixed(1).padStart(7);
  const met = p95 <= goal_ms ? "met" : "MISSED";
  return `${what.padEnd(58)} ${String(count).padStart(5)} ${ms(p50)} ${ms(p95)} ${ms(max)}   p95 ≤ ${goal_ms} ms: ${met}`;
}

/** Records what Chromium does while `act` runs, and gives the work of each frame in ms. */
export async function frameTimes(page: Page, act: () => Promise<void>): Promise<number[]> {
  const client = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await client.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["devtools.timeline", "toplevel"] } });
  await act();
  await ended(client);
  await client.detach();
  return perFrame(events);
}

async function ended(client: CDPSession): Promise<void> {
  const complete = new Promise<void>((done) => client.once("Tracing.tracingComplete", () => done()));
  await client.send("Tracing.end");
  await complete;
}

/**
 * The processor's time for the work between one animation frame and the next; nested work counts once. The clock's
 * time would measure what else the machine does.
 */
function perFrame(events: TraceEvent[]): number[] {
  const frames = events.filter((event) => event.name === "FireAnimationFrame" && event.ph === "X");
  const thread = frames[0];
  if (!thread) return [];
  const begins = frames.map((frame) => frame.ts).sort((a, b) => a - b);
  const tasks = events
    .filter((event) => event.pid === thread.pid && event.tid === thread.tid && event.ph === "X" && work.has(event.name))
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const times = new Array<number>(begins.length - 1).fill(0);
  let covered = 0;
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    if (ts < covered) continue;
    covered = ts + dur;
    // What comes before the first frame or after the last belongs to no whole frame.
    const frame = begins.findLastIndex((at) => at <= ts);
    if (frame >= 0 && frame < times.length) times[frame]! += tdur / 1000;
  }
  return times;
}

/** Moves the pointer along the lanes, and gives the ms from each move until the frame that shows it is painted. */
export async function scrubTimes(page: Page, moves: number): Promise<number[]> {
  return page.evaluate(async (moves) => {
    const lanes = document.querySelector('[data-testid="lanes"]')!.getBoundingClientRect();
    const target = document.querySelector(".scrub")!;
    const time = () => document.querySelector('[data-testid="time"]')!.getAttribute("data-ms");
    const send = (type: string, share: number) =>
      target.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerId: 1,
          isPrimary: true,
          pointerType: "mouse",
          buttons: 1,
          clientX: lanes.left + 92 + (lanes.width - 120) * share,
          clientY: lanes.top + 70,
        }),
      );
    const painted = () =>
      new Promise<number>((done) =>
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => done(performance.now());
          channel.port2.postMessage(0);
        }),
      );
    // At a place that no move goes to: a move that changes nothing would be waited for in vain.
    send("pointerdown", 1);
    await painted();
    const times: number[] = [];
    for (let move = 0; move < moves; move++) {
      // To and fro over the whole run, never twice to one place.
      const share = ((move * 37) % moves) / moves;
      const before = time();
      const from = performance.now();
      send("pointermove", share);
      let at = await painted();
      while (time() === before && at - from < 1000) at = await painted();
      times.push(at - from);
    }
    send("pointerup", 1);
    return times;
  }, moves);
}
