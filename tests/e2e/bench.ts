import { frameTimes, line, scrubTimes } from "./harness/frames.ts";
import { group } from "./harness/groups.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

/** What a frame may cost at 60 a second with half of it left for painting, and how late a scrub may be shown. */
const FRAME_MS = 8;
const SCRUB_MS = 50;

/** From the begin of loading until the page stands and hears the reader, on a processor a quarter as fast. */
const START_MS = 1000;
const SLOWER = 4;

const lines: string[] = [];

test.use({ viewport: { width: 1440, height: 900 } });

test.afterAll(() => {
  const head = `${"".padEnd(58)} ${"count".padStart(5)} ${"p50".padStart(7)} ${"p95".padStart(7)} ${"max".padStart(7)}   ms`;
  console.log(["", head, ...lines].join("\n"));
});

for (const strategy of ["RangeAssignor", "CooperativeStickyAssignor"]) {
  for (const by of ["partition", "member"] as const) {
    test(`50 members, 500 partitions, ${strategy}, a line per ${by}`, async ({ page }) => {
      const lab = new SimulatePage(page);
      // c12 leaves; everybody rejoins at the next heartbeat, within a second.
      await lab.openWith(group(50, 500, strategy, [{ at_ms: 12_000, do: "close", member: "c12" }]), 11_900);
      await page.getByTestId(`by-${by}`).click();
      await page.getByTestId("speed").selectOption("5");
      const play = async () => {
        await page.getByTestId("play").click();
        await expect.poll(() => lab.ms(), { timeout: 60_000, intervals: [300] }).toBeGreaterThan(13_300);
        await page.getByTestId("play").click();
      };
      const times = await frameTimes(page, play);
      lines.push(line(`frame: 50 × 500, ${strategy}, by ${by}`, times, FRAME_MS));
    });
  }
}

for (const [members, partitions] of [
  [50, 500],
  [200, 10_000],
  [4, 10_000],
] as const) {
  test(`scrubbing ${members} members, ${partitions} partitions`, async ({ page }) => {
    const lab = new SimulatePage(page);
    const actions = [{ at_ms: 15_000, do: "close", member: "c2" }];
    await lab.openWith(group(members, partitions, "RangeAssignor", actions), 15_500);
    let waits: number[] = [];
    const times = await frameTimes(page, async () => {
      waits = await scrubTimes(page, 120);
    });
    lines.push(line(`scrub: ${members} × ${partitions}, pointer to paint`, waits, SCRUB_MS));
    // A scrub waits for the next frame first; frames without a move cost next to nothing.
    lines.push(line(`scrub: ${members} × ${partitions}, work of a frame`, times.filter((ms) => ms > 1), SCRUB_MS));
  });
}

/** By workspace: what hears the reader first, and what comes last. */
const standing = [
  ["simulate", "[data-testid=play]", "[data-testid=scenario]"],
  ["advise", "[data-testid=editor]", "[data-testid=editor]"],
  ["learn", "[data-testid=lesson-link]", "[data-testid=card] .thumbnail"],
] as const;

for (const [workspace, first, last] of standing) {
  test(`starting with ${workspace}`, async ({ browser, site }) => {
    const [used, whole]: [number[], number[]] = [[], []];
    for (let run = 0; run < 7; run++) {
      const context = await browser.newContext({ baseURL: site.url, serviceWorkers: "block" });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      await page.goto(`./#/${workspace}`, { waitUntil: "commit" });
      const [heard, done] = await page.evaluate(stands, [first, last] as const);
      used.push(heard);
      whole.push(done);
      await context.close();
    }
    lines.push(line(`start: ${workspace}, ${SLOWER} times slower, until ${first} hears`, used, START_MS));
    lines.push(line(`start: ${workspace}, ${SLOWER} times slower, until ${last} is there`, whole, START_MS));
  });
}

/** When each of these elements is there, painted, and a click on it would be heard at once: ms since the page began to load. */
async function stands(selectors: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const selector of selectors) {
    while (!document.querySelector(selector)) await new Promise((done) => requestAnimationFrame(done));
    await new Promise<void>((done) => {
      requestAnimationFrame(() => {
        // A message comes after the paint, and after whatever was to be done before.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done();
        channel.port2.postMessage(0);
      });
    });
    times.push(performance.now());
  }
  return times;
}
