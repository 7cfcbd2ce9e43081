import { readFileSync, writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "./harness/test.ts";
import { settle, states } from "./visual/states.ts";

/** Where each part of the page stands: left, top, width, height in px. */
type Outline = Record<string, [number, number, number, number]>;

/** Layouts as they were looked at. `UPDATE=1` writes them anew. */
const file = new URL("visual/outlines.json", import.meta.url);
const known: Record<string, Outline> = JSON.parse(readFileSync(file, "utf8"));
/** Letters of another font are so much wider, and lines so much higher. */
const SLACK_PX = 24;

/** The visible parts that stand out of the flow of text. The first of each kind. */
async function outline(page: Page): Promise<Outline> {
  return page.evaluate(() => {
    const kinds = [
      ".bar", ".stage", ".coordinator", ".gates", ".shelf", ".member", ".token", ".lane-bar", ".lanes", ".lane-rows", ".lane", ".chips",
      ".action.is-selected", ".variant", ".whole-run", ".inspector", ".inspector .pane", ".numbers", ".transport", ".say", ".answer",
      ".popover", ".action-form", "dialog[open]", ".chart", ".transcript", ".reasons", "#act",
    ];
    const found: Record<string, [number, number, number, number]> = {};
    for (const kind of kinds) {
      const element = [...document.querySelectorAll(kind)].find((one) => (one as HTMLElement).checkVisibility());
      if (!element) continue;
      const { left, top, width, height } = element.getBoundingClientRect();
      found[kind] = [left, top, width, height].map(Math.round) as [number, number, number, number];
    }
    return found;
  });
}

/** The edges and sizes in which two layouts differ by more than some px. */
function apart(one: Outline, other: Outline, px: number): string[] {
  expect(Object.keys(one), "what is on the page").toEqual(Object.keys(other));
  return Object.entries(one).flatMap(([kind, box]) =>
    ["left", "top", "width", "height"].flatMap((side, ix) =>
      Math.abs(box[ix] - other[kind][ix]) > px ? [`${kind} ${side}: ${box[ix]} and ${other[kind][ix]}`] : [],
    ),
  );
}

/** What hangs out of the window to the right: nothing may. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const state of states) {
  test(`${state.name} keeps its layout, in light as in dark`, async ({ browser, baseURL }) => {
    test.slow();
    const at = async (theme: "light" | "dark") => {
      const context = await browser.newContext({ baseURL });
      const page = await context.newPage();
      await settle(page, state, theme);
      const found = await outline(page);
      expect(await overflow(page), "px that hang out at the right").toBeLessThanOrEqual(0);
      await context.close();
      return found;
    };
    const light = await at("light");
    // Scrolled places fall between pixels, and what is fitted to its place may do so one line of pixels earlier.
    expect(apart(await at("dark"), light, 6)).toEqual([]);
    if (process.env.UPDATE) {
      const all: Record<string, Outline> = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, `${JSON.stringify({ ...all, [state.name]: light }, null, 1).replace(/\[\s+([^\]]+?)\s+\]/g, (_, inner) => `[${inner.replace(/\s+/g, " ")}]`)}\n`);
      return;
    }
    expect(apart(light, known[state.name], SLACK_PX)).toEqual([]);
  });
}

test("a print has the figure on one page, in light, with what was run below it", async ({ page }) => {
  await settle(page, states[1], "dark");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const hidden of [".bar", ".transport", ".inspector", ".lane-bar"]) await expect(page.locator(hidden)).toBeHidden();
  await expect(page.locator(".stage")).toBeVisible();
  await expect(page.locator(".lane-rows").first()).toBeVisible();
  await expect(page.getByTestId("print-about")).toContainText("brokers and clients 4.3.0");
  await expect(page.getByTestId("print-about")).toContainText("at 6.00 s");
  const ink = await page.locator(".stage").evaluate((stage) => getComputedStyle(stage).color);
  expect(ink).toBe("rgb(21, 23, 28)");
  const pages = (await page.pdf({ format: "A4", landscape: true, printBackground: true })).toString("latin1");
  expect(pages.match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1);
});

test("with forced colours owners keep their letters, and stopped is hatched in the system's colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await settle(page, states[1], "light");
  await page.emulateMedia({ forcedColors: "active", colorScheme: "light" });
  const canvas = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.background = "Canvas";
    const colour = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return colour;
  });
  const fills = await page.locator(".lane .bar-tint").evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
  expect(new Set(fills)).toEqual(new Set([canvas]));
  expect(await page.locator(".lane .bar-letter").count()).toBeGreaterThan(6);
  await page.keyboard.press("a");
  const border = await page.getByTestId("act-menu").evaluate((menu) => getComputedStyle(menu).borderTopWidth);
  expect(border).toBe("1px");
});
