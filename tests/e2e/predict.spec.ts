import { seriousFindings } from "./harness/axe.ts";
import { ownersAt, simulate } from "./harness/cli.ts";
import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

const members = ["c1", "c2", "c3"];
const joins = { at_ms: 6000, do: "start", member: "c3" };
const scenario = group({ members, actions: [joins] });

// The first use of the command line may have to build it.
test.beforeAll(() => {
  test.setTimeout(300_000);
  simulate(JSON.stringify(scenario));
});

/** Puts the question that follows a time. */
async function ask(lab: SimulatePage, of: object, ms: number) {
  await lab.openWith(of, ms);
  await lab.page.keyboard.press("p");
  const panel = lab.page.getByTestId("predict");
  await expect(panel).toHaveAttribute("data-phase", "Asked");
  return panel;
}

test("nothing on the page depends on what comes after the question", async ({ browser, site }) => {
  const pictures: string[] = [];
  // Two futures of one past.
  for (const later of [
    { at_ms: 9000, do: "kill", member: "c1" },
    { at_ms: 6800, do: "start", member: "c1" },
  ]) {
    const page = await browser.newPage({ baseURL: site.url });
    const lab = new SimulatePage(page);
    await ask(lab, group({ members, actions: [joins, later] }), 5000);
    const asked = await lab.ms();
    expect((await lab.lanes()).every((span) => span.to <= asked)).toBe(true);
    await page.keyboard.press("End");
    await page.keyboard.press("]");
    expect(await lab.ms()).toBe(asked);
    pictures.push(await lab.picture());
    await page.close();
  }
  expect(pictures[0]).toBe(pictures[1]);
});

test("marks by click and by keys are scored as the command line says, each miss with its reason", async ({ page }) => {
  const lab = new SimulatePage(page);
  const panel = await ask(lab, scenario, 5000);
  const asked = await lab.ms();
  const mark = (label: string) => panel.locator(`[data-testid="mark"][data-partition="${label}"]`);
  // On the stage, in the panel, by keys: a0 stops, a1 stops, a2 moves.
  await page.locator('[data-testid="token"][data-partition="a0"]').click();
  await expect(mark("a0")).toHaveAttribute("data-mark", "stops");
  await mark("a1").click();
  await page.keyboard.press("3");
  await page.keyboard.press("3");
  await expect(mark("a2")).toHaveAttribute("data-mark", "moves");
  await panel.getByLabel("0.1 to 1 s").check();
  await page.getByTestId("predict-reveal").click();
  await expect(panel).toHaveAttribute("data-phase", "Revealing");
  await expect(panel).toHaveAttribute("data-phase", "Scored", { timeout: 20_000 });

  const events = simulate(await lab.scenario());
  const [before, after] = [ownersAt(events, asked), ownersAt(events, await lab.ms())];
  const moved = Object.keys(before).filter((label) => before[label] !== after[label]);
  // The group is eager: what doesn't move stops.
  const right = ["a0", "a1"].filter((label) => !moved.includes(label)).length + (moved.includes("a2") ? 1 : 0);
  await expect(page.getByTestId("score")).toHaveAttribute("data-right", String(right));
  await expect(page.getByTestId("score")).toHaveAttribute("data-of", "6");
  const misses = page.getByTestId("miss");
  expect(await misses.count()).toBeGreaterThan(0);
  await expect(misses.first()).toContainText(/revoked (it|them) at \d+\.\d\d s; generation 3 gave (it|them)/);
  await misses.first().locator("summary").click();
  await expect(misses.first()).toContainText("KIP-");
  await misses.first().getByRole("button", { name: /Look at/ }).click();
  expect(await lab.ms()).toBeGreaterThanOrEqual(asked);

  await page.getByTestId("predict-next").click();
  await expect(panel).toContainText("no rebalance begins");
  await page.keyboard.press("p");
  await expect(panel).toHaveCount(0);
  await page.keyboard.press("End");
  expect(await lab.ms()).toBe(20_000);
});

test("a first assignment is predicted by dealing, and in plain words", async ({ page }) => {
  const lab = new SimulatePage(page);
  const panel = await ask(lab, scenario, 0);
  await expect(panel).toContainText("c1 joins the group.");
  await expect(panel).not.toContainText("client reason");
  await panel.getByRole("button", { name: "c3 takes part" }).click();
  await page.getByTestId("deal-turn").click();
  const marks = panel.getByTestId("mark");
  expect(await marks.locator("span").allTextContents()).toEqual(["A", "B", "A", "B", "A", "B"]);
  await page.getByTestId("deal-ranges").click();
  // One by one: a5 to nobody by way of c3.
  await page.keyboard.press("6");
  await page.keyboard.press("6");
  await expect(marks.last()).toHaveAttribute("data-mark", "nobody");
  await page.getByTestId("predict-reveal").click();
  await page.keyboard.press("End");
  const events = simulate(await lab.scenario());
  const read = Object.values(ownersAt(events, await lab.ms()));
  const right = ["c1", "c1", "c1", "c2", "c2"].filter((member, ix) => read[ix] === member).length;
  await expect(page.getByTestId("score")).toHaveAttribute("data-right", String(right));
  await expect(page.getByTestId("miss").last()).toContainText("nobody reads it");
  await expect(page.getByTestId("miss").last()).toContainText(/generation 1 gave (it|them) to c1/);
});

test("by touch at 390 px, and nothing that axe finds serious", async ({ browser, site }) => {
  const context = await browser.newContext({ baseURL: site.url, hasTouch: true, viewport: { width: 390, height: 844 } });
  const lab = new SimulatePage(await context.newPage());
  await lab.openWith(scenario, 5000);
  await lab.page.getByTestId("predict-narrow").tap();
  const first = lab.page.getByTestId("mark").first();
  await first.tap();
  await expect(first).toHaveAttribute("data-mark", "stops");
  const { height, width } = (await first.boundingBox())!;
  expect(Math.min(height, width)).toBeGreaterThanOrEqual(44);
  expect(await seriousFindings(lab.page)).toEqual([]);
  await lab.page.getByTestId("predict-reveal").tap();
  await expect(lab.page.getByTestId("score")).toBeVisible({ timeout: 20_000 });
  expect(await seriousFindings(lab.page)).toEqual([]);
  await context.close();
});

test("many partitions are marked by member", async ({ page }) => {
  const lab = new SimulatePage(page);
  const panel = await ask(lab, { ...scenario, topics: [{ name: "a", partitions: 60 }] }, 5000);
  await panel.locator('[data-testid="all-stops"][data-member="c1"]').click();
  await panel.getByRole("button", { name: "c1: 30" }).click();
  await expect(panel.locator('[data-testid="mark"][data-mark="stops"]')).toHaveCount(30);
  await panel.getByTestId("mark").first().click();
  await expect(panel.locator('[data-testid="mark"][data-mark="moves"]')).toHaveCount(1);
  await page.getByTestId("predict-reveal").click();
  await page.keyboard.press("End");
  await expect(page.getByTestId("score")).toHaveAttribute("data-of", "60");
});
