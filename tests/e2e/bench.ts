import { frameTimes, line, scrubTimes } from "./harness/frames.ts";
import { group } from "./harness/groups.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

/** What a frame may cost at 60 a second with half of it left for painting, and how late a scrub may be shown. */
const FRAME_MS = 8;
const SCRUB_MS = 50;

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
