import { seriousFindings } from "./harness/axe.ts";
import { group as many } from "./harness/groups.ts";
import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

const scenario = group({ actions: [{ at_ms: 6000, do: "kill", member: "c2" }] });

test("the inspector explains, tells and counts the same run", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 5000);

  await page.getByTestId("tab-Why here").click();
  const why = page.getByTestId("why-here");
  await page.getByTestId("why-partition").selectOption({ label: "a4" });
  // The last sentence names who has it, which is who the stage shows.
  await expect(why.locator(".reasons").first()).toContainText((await lab.owners()).a4);
  await expect(why).toContainText("RangeAssignor");
  expect(await why.textContent()).not.toMatch(/c[12]-[0-9a-f]{8}-/);

  await page.getByTestId("tab-Text").click();
  const text = page.getByTestId("transcript");
  await expect(text.locator(".transcript")).toContainText("c2 is killed");
  const rows = await text.locator(".now-table tbody tr").evaluateAll((all) =>
    all.map((row) => [...row.children].slice(0, 2).map((cell) => cell.textContent)),
  );
  expect(Object.fromEntries(rows)).toEqual(await lab.owners());
  const killed = text.getByRole("button", { name: /c2 is killed/ });
  await killed.click();
  expect(await lab.ms()).toBe(6000);

  await page.getByTestId("tab-Charts").click();
  const charts = page.getByTestId("charts");
  await expect(charts.locator("h3").first()).toContainText("3 at 6.00 s");
  await expect(charts.locator("h3").nth(1)).toContainText("A3B0");
  expect(await seriousFindings(page)).toEqual([]);
});

test("offsets, lag, metrics and callbacks are those of the playhead", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  const produced = group({ actions: [{ at_ms: 1000, do: "produce", topic: "a", per_second: 10, seconds: 8 }, { at_ms: 6000, do: "kill", member: "c2" }] });
  await lab.openWith({ ...produced, application: { batch_ms: 300 } }, 5000);

  await page.getByTestId("tab-Offsets").click();
  const offsets = page.getByTestId("offsets");
  const cells = async (row: number) => (await offsets.locator("tbody tr").nth(row).locator("td").allTextContents()).map(Number);
  const [end, position, lag] = await cells(0);
  expect(end).toBe(41);
  expect(lag).toBe(end - position);
  await page.keyboard.press("End");
  expect((await cells(0)).slice(0, 3)).toEqual([80, 80, 0]);
  const again = (await Promise.all([0, 1, 2, 3, 4, 5].map(cells))).reduce((sum, row) => sum + row[4], 0);
  // What the table of offsets adds up to is what the run cost.
  await expect(page.getByTestId("numbers").locator("tr", { hasText: "worked on again" }).locator("td")).toHaveText(String(again));
  expect(again).toBeGreaterThan(0);
  const seam = offsets.getByRole("button", { name: /works again on/ }).first();
  await seam.click();
  expect(await lab.ms()).toBeGreaterThan(6000);

  await page.getByTestId("tab-Charts").click();
  await expect(page.getByTestId("charts").locator("h3", { hasText: "Lag" })).toBeVisible();
  const metrics = page.getByTestId("metrics");
  const metric = (name: string) => metrics.locator("tr").filter({ has: page.locator(`code:text-is("${name}")`) }).locator("td");
  await page.keyboard.press("Home");
  await expect(metric("rebalance-total")).toHaveText("0");
  await page.keyboard.press("End");
  await expect(metric("assigned-partitions")).toHaveText("6");
  expect(Number(await metric("rebalance-total").textContent())).toBeGreaterThan(0);
  await page.getByTestId("metrics-of").selectOption("c2");
  await expect(metric("assigned-partitions")).toHaveText("3");
  await expect(metrics.locator("tr")).toHaveCount(37);

  await page.getByTestId("tab-Messages").click();
  await page.getByTestId("callbacks-of").selectOption("c2");
  const calls = page.locator(".call code");
  await expect(calls.first()).toContainText("onPartitionsAssigned(a3, a4, a5)");
  await expect(calls.first()).toContainText(/generation 2, c2-/);
});

test("of many members the messages have the lifelines that they concern, with the barrier", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(many(12, 24, "RangeAssignor"), 1000);
  const sequence = page.locator(".sequence");
  const lifelines = await sequence.locator(".lifeline").count();
  expect(lifelines).toBeGreaterThan(3);
  expect(lifelines).toBeLessThanOrEqual(7);
  await expect(sequence.locator(".is-barrier")).not.toHaveCount(0);
  await expect(sequence.locator(".is-parked")).not.toHaveCount(0);
  await expect(page.locator(".pane-messages")).toContainText("more members have none here");
});

test("keys ask why, tell the run as text and show its tables", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 7000);
  await page.keyboard.press("y");
  await expect(page.getByTestId("answer-numbers")).toContainText("session.timeout.ms is 6000");
  await expect(page.getByTestId("answer").locator("small")).not.toBeEmpty();
  await page.keyboard.press("y");
  await expect(page.getByTestId("answer")).toHaveCount(0);
  await page.keyboard.press("t");
  const stops = page.getByTestId("transcript").getByRole("region", { name: "Stops" });
  const rows = await stops.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  const shown = (await lab.lanes()).filter((span) => span.reader === "nobody").map((span) => [span.partition, span.from, span.to]);
  expect(rows.map((row) => [row[0], Math.round(Number(row[1]) * 1000), Math.round(Number(row[2]) * 1000)]).sort()).toEqual(shown.sort());
  expect(rows.some((row) => row[5] === "killed")).toBe(true);

  // The help lists the keys that the page follows.
  await page.keyboard.press("?");
  const help = page.getByTestId("help-dialog");
  for (const does of ["act at the playhead", "why: the reason", "the run as text", "member: crash", "topic: produce records"]) {
    await expect(help).toContainText(does);
  }
});

test.describe("on a screen with two pixels to a px", () => {
  test.use({ deviceScaleFactor: 2, viewport: { width: 1440, height: 900 } });

  test("charts are as sharp as the screen and in the colours of the theme", async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light" });
    const lab = new SimulatePage(page);
    await lab.openWith(scenario, 7000);
    await page.getByTestId("tab-Charts").click();
    const chart = page.getByTestId("chart").nth(1);
    const pixels = () =>
      chart.evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        const colours = new Map<string, number>();
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] !== 255) continue;
          const colour = data.slice(at, at + 3).join();
          colours.set(colour, (colours.get(colour) ?? 0) + 1);
        }
        return { ratio: canvas.width / canvas.clientWidth, colours: Object.fromEntries(colours) };
      });
    await expect.poll(async () => Object.keys((await pixels()).colours).length).toBeGreaterThan(2);
    const light = await pixels();
    expect(light.ratio).toBe(2);
    // Lines of A and B in their colours: --a and --b of the light theme.
    expect(light.colours["0,114,178"]).toBeGreaterThan(400);
    expect(light.colours["230,159,0"]).toBeGreaterThan(100);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(async () => (await pixels()).colours["74,163,223"] ?? 0).toBeGreaterThan(400);
    await page.keyboard.press("Home");
    const now = page.locator(".chart-now").nth(1);
    const start = (await now.boundingBox())!.x;
    await page.keyboard.press("End");
    expect((await now.boundingBox())!.x).toBeGreaterThan(start + 200);
  });
});
