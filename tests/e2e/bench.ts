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

for (const workspace of ["simulate", "advise", "learn"]) {
  test(`starting with ${workspace}`, async ({ browser, site }) => {
    const times: number[] = [];
    for (let run = 0; run < 7; run++) {
      const context = await browser.newContext({ baseURL: site.url, serviceWorkers: "block" });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      await page.goto(`./#/${workspace}`, { waitUntil: "commit" });
      times.push(await page.evaluate(standing));
      await context.close();
    }
    lines.push(line(`start: ${workspace}, ${SLOWER} times slower, until it can be used`, times, START_MS));
  });
}

/** When the page has its heading, has painted it, and has nothing left to do: milliseconds since it began to load. */
function standing(): Promise<number> {
  return new Promise((done) => {
    const look = () => {
      if (!document.querySelector("h1")) return void requestAnimationFrame(look);
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
      });
    };
    look();
  });
}
