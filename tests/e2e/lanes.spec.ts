import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

const scenario = group({ topic: "orders", actions: [{ at_ms: 6000, do: "kill", member: "c2" }] });

/** What the lanes show, from the frame on the minimap. */
async function windowOf(lab: SimulatePage): Promise<{ from: number; to: number }> {
  const frame = lab.page.getByTestId("window");
  return {
    from: Number(await frame.getAttribute("data-from")),
    to: Number(await frame.getAttribute("data-to")),
  };
}

test("keys, wheel and the minimap zoom and pan, and the playhead stays in sight", async ({ page }) => {
  // Where everything fits, the wheel has nothing to scroll and zooms.
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  await expect(page.getByTestId("window")).toBeHidden();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await expect(page.getByTestId("window")).toBeVisible();
  const near = await windowOf(lab);
  expect(near.to - near.from).toBeLessThan(12_000);
  expect(near.from).toBeLessThan(8000);
  expect(near.to).toBeGreaterThan(8000);

  // The wheel zooms about the pointer: what was under it is read from the tooltip before and after.
  const lanes = (await page.locator(".lane-rows").boundingBox())!;
  await page.mouse.move(lanes.x + 500, lanes.y + 10);
  await page.mouse.wheel(0, -200);
  await expect.poll(async () => (await windowOf(lab)).to - (await windowOf(lab)).from).toBeLessThan(near.to - near.from);
  const nearer = await windowOf(lab);
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Shift");
  await expect.poll(async () => (await windowOf(lab)).from).toBeLessThan(nearer.from);

  // The frame on the minimap is dragged.
  const frame = (await page.getByTestId("window").boundingBox())!;
  const before = await windowOf(lab);
  await page.mouse.move(frame.x + frame.width / 2, frame.y + 12);
  await page.mouse.down();
  await page.mouse.move(frame.x + frame.width / 2 + 120, frame.y + 12, { steps: 4 });
  await page.mouse.up();
  const after = await windowOf(lab);
  expect(after.from).toBeGreaterThan(before.from);
  expect(after.to - after.from).toBe(before.to - before.from);
  expect(await lab.ms()).toBe(8000);

  await page.keyboard.press("End");
  expect((await windowOf(lab)).to).toBeGreaterThanOrEqual(await lab.ms());
  await page.keyboard.press("0");
  await expect(page.getByTestId("window")).toBeHidden();
});

test("two fingers pinch", async ({ browser, site }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${site.url}#/simulate`);
  const rows = page.locator(".lane-rows");
  await rows.scrollIntoViewIfNeeded();
  const box = (await rows.boundingBox())!;
  const client = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", xs: number[]) =>
    client.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 20, id })) });
  await touch("touchStart", [180]);
  await touch("touchStart", [180, 220]);
  for (const by of [10, 30, 50]) await touch("touchMove", [180 - by, 220 + by]);
  await touch("touchEnd", []);
  await expect(page.getByTestId("window")).toBeVisible();
  await context.close();
});

test("hover and focus give who, since when, why and until when", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const tip = page.getByTestId("lane-tip");
  await page.locator('.lane[data-partition="orders-4"] .bar-stop').last().hover();
  await expect(tip).toContainText("orders-4: read by nobody");
  await expect(tip).toContainText("6.000 s to ");
  await expect(tip).toContainText(/c2 was killed, until c1 gets it in generation \d/);
  await page.mouse.move(5, 5);
  await page.locator(".lane").first().focus();
  await expect(tip).toContainText("orders-0: read by c1");
  await page.keyboard.press("ArrowDown");
  await expect(tip).toContainText("orders-1: ");
});

test("a line per member says how much each reads and what it left", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  await page.keyboard.press("m");
  await expect(page.locator(".lane")).toHaveCount(2);
  const left = page.locator('.lane[data-partition="c2"] [data-stopped="3"]').last();
  expect(Number(await left.getAttribute("data-from"))).toBe(6000);
  const kept = page.locator('.lane[data-partition="c1"] [data-reads]').last();
  await expect(kept).toHaveAttribute("data-reads", "6");
  await page.getByTestId("by-partition").click();
  await expect(page.locator(".lane")).toHaveCount(6);
});

test("a marked range is played again and again", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const lanes = (await page.locator(".lane-rows").boundingBox())!;
  await page.keyboard.down("Shift");
  await page.mouse.move(lanes.x + 300, lanes.y + 10);
  await page.mouse.down();
  await page.mouse.move(lanes.x + 340, lanes.y + 10, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const range = page.getByTestId("range");
  const [from, to] = [Number(await range.getAttribute("data-from")), Number(await range.getAttribute("data-to"))];
  expect(to).toBeGreaterThan(from);
  await page.getByTestId("speed").selectOption("50");
  await page.keyboard.press("Space");
  await page.waitForTimeout(1500);
  for (let look = 0; look < 5; look++) {
    const ms = await lab.ms();
    expect(ms).toBeGreaterThanOrEqual(from);
    expect(ms).toBeLessThan(to);
    await page.waitForTimeout(60);
  }
  await page.keyboard.press("Space");
  await page.keyboard.press("l");
  await expect(range).toBeHidden();
});

test("many actions at one time never lie on each other", async ({ page }) => {
  const lab = new SimulatePage(page);
  const members = Array.from({ length: 12 }, (_, n) => ({ name: `c${n + 1}` }));
  const actions = members.map(({ name }, n) => ({ at_ms: n * 30, do: "start", member: name }));
  await lab.openWith({ ...scenario, members, actions }, 8000);
  const boxes = await page.locator(".action").evaluateAll((chips) => chips.map((chip) => chip.getBoundingClientRect().toJSON()));
  expect(boxes).toHaveLength(12);
  for (const [ix, a] of boxes.entries()) {
    for (const b of boxes.slice(ix + 1)) {
      expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
    }
  }
});

test("at 390 px the labels of partitions are whole", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const [label, bar] = await page.locator(".lane").first().evaluate((lane) => [
    { text: lane.querySelector(".lane-label")!.textContent, right: lane.querySelector(".lane-label")!.getBoundingClientRect().right },
    lane.querySelector("rect")!.getBoundingClientRect().left,
  ] as const);
  expect(label.text).toBe("orders-0");
  expect(label.right).toBeLessThanOrEqual(bar);
});
