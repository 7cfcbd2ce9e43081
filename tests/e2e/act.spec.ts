import type { Page } from "@playwright/test";
import { seriousFindings } from "./harness/axe.ts";
import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

// c3 never starts by itself.
const scenario = group({ members: ["c1", "c2", "c3"] });

/** Every action there is: on whom, its key, and what is typed into its form after so many tabs. */
const actions: { verb: string; on?: string; key: string; typed?: [tabs: number, text: string][]; expected: object }[] = [
  { verb: "start", on: "c3", key: "r", expected: { member: "c3" } },
  { verb: "close", on: "c2", key: "l", expected: { member: "c2" } },
  { verb: "kill", on: "c2", key: "k", expected: { member: "c2" } },
  { verb: "freeze", on: "c2", key: "f", typed: [[0, "2500"]], expected: { member: "c2", ms: 2500 } },
  { verb: "thaw", on: "c2", key: "t", expected: { member: "c2" } },
  { verb: "restart", on: "c2", key: "r", typed: [[1, "700"]], expected: { member: "c2", after_ms: 700 } },
  { verb: "slow", on: "c2", key: "b", typed: [[0, ""]], expected: { member: "c2" } },
  { verb: "slow_callback", on: "c2", key: "c", typed: [[1, "1200"]], expected: { member: "c2", ms: 1200 } },
  { verb: "subscribe", on: "c2", key: "s", typed: [[0, "/a.*/"]], expected: { member: "c2", topics: "/a.*/" } },
  { verb: "remove", on: "c2", key: "x", expected: { members: ["c2"] } },
  { verb: "configure", on: "c2", key: "e", typed: [[0, "session.timeout.ms=9000"]], expected: { config: { "session.timeout.ms": "9000" } } },
  { verb: "cut", on: "c2", key: "n", typed: [[0, "1500"]], expected: { member: "c2", ms: 1500 } },
  { verb: "mend", on: "c2", key: "m", expected: { member: "c2" } },
  { verb: "rolling_restart", key: "r", typed: [[2, "900"]], expected: { after_ms: 900, pause_ms: 4000 } },
  { verb: "scale", key: "s", typed: [[0, "1"]], expected: { members: 1 } },
  { verb: "move_coordinator", key: "m", typed: [[0, "1300"]], expected: { load_ms: 1300 } },
  { verb: "create", key: "c", typed: [[0, "orders"]], expected: { topic: "orders", partitions: 3 } },
  { verb: "grow", on: "topic-a", key: "g", typed: [[0, "9"]], expected: { topic: "a", partitions: 9 } },
  { verb: "delete", on: "topic-a", key: "d", expected: { topic: "a" } },
  { verb: "produce", on: "topic-a", key: "p", typed: [[1, "20"]], expected: { topic: "a", per_second: 20, seconds: 10 } },
];

async function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement!.getAttribute("data-testid"));
}

/** Opens the menu of a member or topic with the keyboard. */
async function menuOf(page: Page, on: string): Promise<void> {
  await expect(page.getByTestId("act-add")).toBeFocused();
  for (let left = 12; left > 0 && (await focused(page)) !== `act-on-${on}`; left--) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(`act-on-${on}`)).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.activeElement!.id)).toBe("act-entry-0");
}

test("every action is done, changed back and done again by keyboard alone, and leaves the past as it was", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 6000);
  const past = async () => (await lab.lanes()).filter((span) => span.to < 6000);
  const before = await past();
  expect(before.length).toBeGreaterThan(0);
  const done = async () => JSON.parse(await lab.scenario()).actions as Record<string, unknown>[];
  const first = await done();
  for (const { verb, on, key, typed, expected } of actions) {
    await page.keyboard.press("a");
    if (on) await menuOf(page, on);
    else await expect(page.getByTestId("act-add")).toBeFocused();
    await page.keyboard.press(key);
    if (typed) {
      await expect(page.locator("#action-field-0")).toBeFocused();
      for (const [tabs, text] of typed) {
        for (let left = tabs; left > 0; left--) await page.keyboard.press("Tab");
        await page.keyboard.press("Control+a");
        await page.keyboard.press(text ? "Delete" : "Backspace");
        await page.keyboard.type(text);
      }
      // In a field of several lines Enter begins a line.
      if (verb === "configure") await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
    }
    await expect(page.getByTestId("act-menu"), verb).toHaveCount(0);
    await expect(lab.actions, verb).toHaveCount(3);
    const added = (await done()).filter((action) => !first.some((old) => JSON.stringify(old) === JSON.stringify(action)));
    expect(added, verb).toEqual([expect.objectContaining({ at_ms: 6000, do: verb, ...expected })]);
    expect(await past(), verb).toEqual(before);
    await page.keyboard.press("Control+z");
    await expect(lab.actions).toHaveCount(2);
    await page.keyboard.press("Control+Shift+z");
    await expect(lab.actions).toHaveCount(3);
    await page.keyboard.press("Control+z");
    await expect(lab.actions).toHaveCount(2);
    expect(await done(), verb).toEqual(first);
  }
  expect(actions.map(({ verb }) => verb).length).toBe(20);
});

test("a mark is as long as it lasts, is dragged, changed in its form and removed", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  const freeze = { at_ms: 6000, do: "freeze", member: "c2", ms: 8000 };
  await lab.openWith({ ...scenario, actions: [...scenario.actions, freeze] }, 5000);
  const chip = lab.actions.last();
  const box = async () => (await chip.locator("..").boundingBox())!;
  const short = await box();
  const axis = (await page.locator(".lane-rows").boundingBox())!;
  // 8 of 20 s, where nothing is torn out.
  expect(short.width).toBeGreaterThan(150);
  expect(short.width).toBeLessThan(axis.width);

  const end = (await chip.locator("..").getByTestId("action-end").boundingBox())!;
  await page.mouse.move(end.x + 4, end.y + 10);
  await page.mouse.down();
  await page.mouse.move(end.x - 60, end.y + 10, { steps: 4 });
  const shorter = Number(await chip.getAttribute("data-lasts"));
  expect(shorter).toBeLessThan(8000);
  expect(shorter % 10).toBe(0);
  await page.mouse.up();
  expect(JSON.parse(await lab.scenario()).actions.at(-1).ms).toBe(shorter);
  // The whole drag is one step.
  await page.keyboard.press("Control+z");
  await expect(chip).toHaveAttribute("data-lasts", "8000");

  // Escape puts back what is held.
  const at = await box();
  await chip.focus();
  await page.mouse.move(at.x + 30, at.y + 10);
  await page.mouse.down();
  await page.mouse.move(at.x + 130, at.y + 10, { steps: 4 });
  await expect(chip).not.toHaveAttribute("data-at", "6000");
  await page.keyboard.press("Escape");
  await expect(chip).toHaveAttribute("data-at", "6000");
  await page.mouse.up();

  // A press opens the form; what doesn't fit is told, what fits is done.
  await page.keyboard.press("Escape");
  await chip.click();
  const form = page.getByTestId("action-form");
  await expect(form.getByTestId("field-at_ms")).toBeFocused();
  await form.getByTestId("field-ms").fill("soon");
  await form.getByTestId("field-ms").press("Enter");
  await expect(page.getByTestId("action-problem")).toContainText('ms: expected a whole number from 1 to');
  expect(JSON.parse(await lab.scenario()).actions.at(-1).ms).toBe(8000);
  await form.getByTestId("field-member").selectOption("c1");
  await form.getByTestId("field-ms").fill("3000");
  await form.getByTestId("field-at_ms").fill("7000");
  await form.getByTestId("field-at_ms").press("Enter");
  await expect(form).toHaveCount(0);
  await expect(chip).toBeFocused();
  expect(JSON.parse(await lab.scenario()).actions.at(-1)).toEqual({ at_ms: 7000, do: "freeze", member: "c1", ms: 3000 });
  await page.keyboard.press("ArrowUp");
  await expect(chip).toHaveAttribute("data-lasts", "3100");
  await page.keyboard.press("Enter");
  expect(await seriousFindings(page)).toEqual([]);
  await form.getByTestId("action-delete").click();
  await expect(lab.actions).toHaveCount(2);
});

test("menus open at members, tokens and lanes, with the mouse and the keyboard", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 6000);
  const menu = page.getByTestId("act-menu");
  await page.locator("[data-testid=member][data-member=c2]").click({ button: "right", position: { x: 120, y: 20 } });
  await expect(menu).toHaveAccessibleName(/^c2 at/);
  await page.keyboard.press("Escape");
  await lab.tokens.first().click();
  await expect(menu).toHaveAccessibleName(/^a-0 at/);
  await page.keyboard.press("w");
  await expect(page.getByTestId("why-here")).toBeVisible();
  await expect(page.getByTestId("why-partition")).toHaveValue("0");
  await page.locator(".lane[data-partition=a3] .lane-label").click();
  await expect(menu).toHaveAccessibleName(/^a-3 at/);
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  expect(await lab.ms()).toBe(6000);
  await page.locator(".lane[data-partition=a0]").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(menu).toHaveAccessibleName(/^a-1 at/);
  await page.getByTestId("act-produce").click();
  await expect(page.getByTestId("field-partition")).toHaveValue("1");
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await page.getByTestId("member-menu").first().focus();
  await page.keyboard.press("Shift+F10");
  await expect(menu).toHaveAccessibleName(/^c1 at/);
  // Outside of it a click closes it and does nothing else.
  await page.mouse.click(700, 450);
  await expect(menu).toHaveCount(0);
  await expect(lab.actions).toHaveCount(2);
});

test.describe("with a finger, 390 px wide", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("actions are added, changed and removed", async ({ page }) => {
    const lab = new SimulatePage(page);
    await lab.openWith(scenario, 6000);
    await page.getByTestId("act").tap();
    await page.getByTestId("act-on-c2").tap();
    const entry = (await page.getByTestId("act-freeze").boundingBox())!;
    expect(entry.height).toBeGreaterThanOrEqual(44);
    await page.getByTestId("act-freeze").tap();
    await page.getByTestId("field-ms").fill("4000");
    await page.getByTestId("action-done").tap();
    await expect(lab.actions).toHaveCount(3);
    await lab.actions.last().tap();
    await page.getByTestId("field-ms").fill("2000");
    await page.getByTestId("action-done").tap();
    expect(JSON.parse(await lab.scenario()).actions.at(-1).ms).toBe(2000);
    await lab.actions.last().tap();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByTestId("action-delete").tap();
    await expect(lab.actions).toHaveCount(2);
    await lab.tokens.first().tap();
    await expect(page.getByTestId("act-menu")).toHaveAccessibleName(/^a-0 at/);
  });
});
