import { seriousFindings } from "./harness/axe.ts";
import { ownersAt, simulate } from "./harness/cli.ts";
import { group as many } from "./harness/groups.ts";
import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

const scenario = group({ second_ms: 2000 });

// The first use of the command line may have to build it.
test.beforeAll(() => {
  test.setTimeout(300_000);
  simulate(JSON.stringify(scenario));
});

for (const [entry, on, what] of [
  ["act-add", undefined, "adding a consumer"],
  ["act-close", "c2", "letting one leave"],
  ["act-kill", "c2", "crashing one"],
] as const) {
  test(`${what} changes ownership to what the command line says`, async ({ page }) => {
    const lab = new SimulatePage(page);
    await lab.openWith(scenario, 6000);
    const before = await lab.lanes();
    await lab.act(entry, on);
    await expect(lab.actions).toHaveCount(3);
    expect(await lab.ms()).toBe(6000);

    const events = simulate(await lab.scenario());
    const end = Math.max(...(await lab.lanes()).map((span) => span.to));
    for (const ms of [5999, 6500, 9000, 13500, end]) {
      await page.evaluate((to) => localStorage.setItem("rebalance-lab.position", String(to)), ms);
      await page.reload();
      await expect(lab.time).toHaveAttribute("data-ms", String(ms));
      expect(await lab.owners(), `at ${ms} ms`).toEqual(ownersAt(events, ms));
    }
    // The past before the action doesn't change.
    const past = (spans: typeof before) => spans.filter((span) => span.to < 6000);
    expect(past(await lab.lanes())).toEqual(past(before));
    expect(await lab.owners()).not.toEqual(ownersAt(simulate(JSON.stringify(scenario)), end));
  });
}

test("scrubbing back and forth gives the same picture", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith({ ...scenario, actions: [...scenario.actions, { at_ms: 8000, do: "kill", member: "c2" }] }, 0);
  const lanes = (await page.getByTestId("lanes").boundingBox())!;
  // Beside the labels.
  const axis = { left: lanes.x + 92, width: lanes.width - 120 };
  const at = async (share: number) => {
    await page.mouse.move(axis.left + axis.width * share, lanes.y + 90);
    await page.waitForTimeout(50);
  };
  await page.mouse.move(axis.left, lanes.y + 90);
  await page.mouse.down();
  const forth: [number, string][] = [];
  for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    await at(share);
    forth.push([await lab.ms(), await lab.picture()]);
  }
  for (const [ix, share] of [0.9, 0.7, 0.5, 0.3, 0.1].entries()) {
    await at(share);
    const [ms, picture] = forth[4 - ix];
    expect(await lab.ms()).toBe(ms);
    expect(await lab.picture()).toBe(picture);
  }
  await page.mouse.up();
  expect(new Set(forth.map(([ms]) => ms)).size).toBe(5);
});

test("the keyboard alone runs a scenario", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 0);
  await page.keyboard.press("ArrowRight");
  const at = expect.poll.bind(expect, () => lab.ms());
  await at().toBeGreaterThan(0);
  const first = await lab.ms();
  await page.keyboard.press("Shift+ArrowRight");
  await at().toBe(first + 10);
  await page.keyboard.press("]");
  await at().toBeGreaterThan(1900);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("End");
  await at().toBe(20000);
  await page.keyboard.press("Home");
  await at().toBe(0);
  await page.keyboard.press("Space");
  await expect.poll(() => lab.ms()).toBeGreaterThan(300);
  await page.keyboard.press("Space");
  const paused = await lab.ms();
  await page.waitForTimeout(150);
  expect(await lab.ms()).toBe(paused);

  // Act, move the action, take it back, remove it: no mouse.
  await page.keyboard.press("End");
  await page.getByTestId("act").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("act-add")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  // Restarting all is asked for its times first.
  await page.keyboard.press("Enter");
  await expect(lab.actions).toHaveCount(3);
  const chip = lab.actions.last();
  await chip.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(chip).toHaveAttribute("data-at", "19990");
  await page.keyboard.press("Delete");
  await expect(lab.actions).toHaveCount(2);
  await page.keyboard.press("Control+z");
  await expect(lab.actions).toHaveCount(3);
  await page.keyboard.press("Control+Shift+z");
  await expect(lab.actions).toHaveCount(2);

  await page.getByTestId("member-menu").first().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("k");
  await expect(lab.actions).toHaveCount(3);
});

test("scenario and position survive a reload", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 5000);
  await lab.act("act-add");
  await page.keyboard.press("Shift+ArrowRight");
  const kept = await lab.scenario();
  await page.reload();
  await expect(lab.time).toHaveAttribute("data-ms", "5010");
  expect(JSON.parse(await lab.scenario())).toEqual(JSON.parse(kept));
});

test("a reload while the address is changing keeps the last action", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 5000);
  const kept = () => page.evaluate(() => localStorage.getItem("rebalance-lab.address"));
  await expect.poll(kept).not.toBeNull();
  const addressed = await kept();
  // The address that the browser loads again is the one it had when it was asked to.
  await page.evaluate(() => {
    history.replaceState = () => {};
  });
  await lab.act("act-add");
  await expect(lab.actions).toHaveCount(3);
  await expect.poll(kept, "the address was to change").not.toBe(addressed);
  await page.reload();
  await expect(lab.time).toHaveAttribute("data-ms", "5000");
  await expect(lab.actions).toHaveCount(3);
});

test("assignor, topics and partition counts change the run", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 6000);
  await page.getByTestId("assignor").selectOption("cooperative-sticky");
  await expect(page.getByTestId("protocol")).toContainText("cooperative");
  await page.getByTestId("scenario-button").click();
  const form = page.getByTestId("scenario-form");
  await form.getByTestId("field-partitions").fill("4");
  await form.getByTestId("field-partitions").blur();
  await form.getByRole("button", { name: "Add topic" }).click();
  await page.keyboard.press("Escape");
  await expect(lab.tokens).toHaveCount(7);
  expect(await lab.owners()).toEqual(ownersAt(simulate(await lab.scenario()), 6000));
});

test("messages travel as dots on request", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 0);
  await expect(page.getByTestId("dots")).toHaveCount(0);
  await page.getByTestId("messages-switch").click();
  const names = new Set<string>();
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("ArrowRight");
    for (const name of await page.locator(".dot").evaluateAll((dots) => dots.map((dot) => dot.getAttribute("data-message")!))) names.add(name);
  }
  expect([...names]).toEqual(expect.arrayContaining(["JoinGroup", "generation", "SyncGroup"]));
  await page.getByTestId("messages-switch").click();
  await expect(page.locator(".dot")).toHaveCount(0);
});

for (const [members, partitions, least] of [[12, 48, 7], [50, 500, 8]]) {
  test(`${members} members with ${partitions} partitions leave room for ${least} lanes, and what stops is scrolled to`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const lab = new SimulatePage(page);
    // Under range the last members have the last partitions by name: c9 those at the end.
    const kill = { at_ms: 15_000, do: "kill", member: "c9" };
    await lab.openWith(many(members, partitions, "RangeAssignor", [kill]), 14_000);
    const scroller = page.locator(".lane-scroll");
    const seen = async () => {
      const place = (await scroller.boundingBox())!;
      const rows = await page.locator(".lane").evaluateAll((lanes) =>
        lanes.map((lane) => {
          const { top, bottom } = lane.querySelector("rect")!.getBoundingClientRect();
          return { top, bottom, label: lane.getAttribute("data-partition")! };
        }),
      );
      return rows.filter((row) => row.top >= place.y - 1 && row.bottom <= place.y + place.height + 1).map((row) => row.label);
    };
    await expect.poll(async () => (await seen()).length).toBeGreaterThanOrEqual(least);
    const { y, height } = (await scroller.boundingBox())!;
    expect(y + height).toBeLessThan((await page.getByRole("region", { name: "Playback" }).boundingBox())!.y);
    await scroller.evaluate((element) => element.scrollTo(0, 0));
    while ((await lab.ms()) < 15_000) await page.keyboard.press("ArrowRight");
    await expect.poll(async () => (await seen()).length).toBeGreaterThanOrEqual(least);
    const stopped = await page.locator(".lane:has(.bar-stop)").evaluateAll((lanes) => lanes.map((lane) => lane.getAttribute("data-partition")!));
    expect(stopped.length).toBeGreaterThan(0);
    expect((await seen()).filter((label) => stopped.includes(label)).length).toBeGreaterThan(0);
    // The reader may look elsewhere.
    await scroller.evaluate((element) => element.scrollTo(0, 0));
    await page.keyboard.press("Shift+ArrowRight");
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(0);
  });
}

test("members and actions are one stop of the Tab key each, with keys among them", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(many(12, 24, "RangeAssignor"), 9_000);
  const focused = () => page.evaluate(() => document.activeElement!.id);
  await expect(page.locator('[data-testid="member-menu"][tabindex="0"]')).toHaveCount(1);
  await expect(page.locator('[data-testid="action"][tabindex="0"]')).toHaveCount(1);
  await page.locator("#member-0").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  expect(await focused()).toBe("member-7");
  expect(await lab.ms()).toBe(9_000);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("act-menu")).toBeVisible();
  await page.keyboard.press("Escape");
  expect(await focused()).toBe("member-7");
  await expect(page.locator('[data-testid="member-menu"][tabindex="0"]')).toHaveAttribute("id", "member-7");
  const ids = await lab.actions.evaluateAll((all) => all.map((one) => one.id));
  await lab.actions.first().focus();
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageUp");
  expect(await focused()).toBe(ids[1]);
  await expect(page.locator('[data-testid="action"][tabindex="0"]')).toHaveAttribute("id", ids[1]);
});

test("between 720 and 1100 px the inspector is a drawer over the lanes", async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 800 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector).toBeHidden();
  await page.getByTestId("drawer").click();
  await expect(inspector).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(inspector).toBeHidden();
  await page.keyboard.press("t");
  await expect(inspector).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId("drawer").click();
  await expect(inspector).toBeHidden();
});

test("a density map says what a mark is, shows every stop, and acts on members", async ({ page }) => {
  const lab = new SimulatePage(page);
  const actions = [{ at_ms: 15_000, do: "kill", member: "c73" }];
  await lab.openWith(many(150, 900, "RangeAssignor", actions), 16_000);
  const map = page.getByTestId("density");
  await expect(page.getByTestId("stage-legend")).toHaveText(/one mark one partition/);
  await expect(map.locator("[data-reads]")).toHaveCount(150);
  await expect(map.locator('[data-member="72"]')).toHaveAttribute("data-stopped", "6");
  await expect(map.locator(".density-arrow")).toHaveCount(1);
  const cursor = page.getByTestId("density-cursor");
  await cursor.focus();
  await page.keyboard.press("ArrowRight");
  await expect(cursor).toHaveAttribute("data-member", "c2");
  await expect(cursor).toHaveAttribute("aria-label", /has 6 partitions/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("k");
  expect(await lab.scenario()).toMatch(/"do": "kill",\s+"member": "c2"/);
});

test("another scale of the stage fades in while the one before fades out, at once with reduced motion", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const scales = page.locator(".scale");
  await expect(scales).toHaveCount(1);
  // What stands on the board from frame to frame after a change of the width.
  const changes = (width: number) =>
    page.evaluate(async (width) => {
      const seen: { tokens: number; inert: boolean; fades: string[] }[] = [];
      const bench = document.querySelector<HTMLElement>(".bench")!;
      bench.style.width = `${width}px`;
      for (const end = performance.now() + 600; performance.now() < end; ) {
        await new Promise(requestAnimationFrame);
        const leaving = document.querySelector<HTMLElement>(".scale.is-leaving");
        if (!leaving) continue;
        const fades = leaving.getAnimations().map((fade) => `${(fade as CSSAnimation).animationName} ${fade.effect!.getTiming().duration}`);
        seen.push({ tokens: leaving.querySelectorAll(".token").length, inert: leaving.inert, fades });
      }
      return seen;
    }, width);
  const faded = await changes(500);
  expect(faded.length).toBeGreaterThan(0);
  for (const frame of faded) expect(frame).toEqual({ tokens: faded[0].tokens, inert: true, fades: ["scale-out 160"] });
  expect(faded[0].tokens).toBeGreaterThanOrEqual(6);
  await expect(scales).toHaveCount(1);
  await expect(page.locator(".stage")).toHaveClass(/is-list/);
  await page.emulateMedia({ reducedMotion: "reduce" });
  // The page hears of it with a frame, and draws with one after that.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300))));
  expect(await changes(1084)).toEqual([]);
  await expect(page.locator(".stage")).not.toHaveClass(/is-list/);
});

test("what a narrow place has no room for is behind one button", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const more = page.getByTestId("more-menu");
  const choose = async (entry: string) => {
    await page.getByTestId("more").click();
    await more.getByText(entry).click();
    await expect(more).toBeHidden();
  };
  const before = await lab.scenario();
  await lab.act("act-add");
  await expect.poll(() => lab.scenario()).not.toBe(before);
  await choose("Undo");
  await expect.poll(() => lab.scenario()).toBe(before);
  await choose("Redo");
  await expect.poll(() => lab.scenario()).not.toBe(before);
  await choose("Previous rebalance");
  expect(await lab.ms()).toBeLessThan(8000);
});

// Colours hang on the theme, the layout on the width: each has its turn.
for (const [theme, width] of [["light", 390], ["dark", 1440]] as const) {
  test(`a run has nothing that axe finds serious, ${theme}, ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    const lab = new SimulatePage(page);
    await lab.openWith({ ...scenario, actions: [...scenario.actions, { at_ms: 8000, do: "kill", member: "c2" }] }, 9000);
    expect(await seriousFindings(page)).toEqual([]);
  });
}
