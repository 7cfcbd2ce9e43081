import { seriousFindings } from "./harness/axe.ts";
import { expect, test } from "./harness/test.ts";
import { AdvisePage } from "./pages/advise.ts";

const pair = (heartbeat: number, session: number) =>
  `group.id=event-processor\nsession.timeout.ms=${session}\nheartbeat.interval.ms=${heartbeat}\n`;

test("a heartbeat of exactly a third of the session is noted, not warned of", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste(pair(10_000, 30_000));
  await expect(page.getByRole("heading", { name: /exactly a third/i })).toBeVisible();
  const timing = (await advise.rules()).filter((rule) => /^KC-(T3|V217)/.test(rule));
  expect(timing.length).toBeGreaterThan(0);
  for (const rule of timing) expect(rule).toContain("info");
});

test("a heartbeat of half the session is warned of", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste(pair(15_000, 30_000));
  await expect(advise.finding("KC-T301")).toHaveAttribute("data-severity", "warn");
  await expect(page.getByTestId("count-error")).toHaveText("0 errors");
});

test("a heartbeat as long as the session is an error", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste(pair(30_000, 30_000));
  await expect(advise.finding("KC-V217")).toHaveAttribute("data-severity", "error");
  await expect(page.getByTestId("count-error")).toHaveText("1 error");
});

test("a fix changes its line and nothing else, and can be undone", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  const text = "# timers\ngroup.id = g\nsession.timeout.ms: 30000\n\nheartbeat.interval.ms=15000\n";
  await advise.paste(text);
  await advise.finding("KC-T301").click();
  await advise.finding("KC-T301").getByTestId("fix").first().click();
  await expect(advise.editor).toHaveValue(/heartbeat\.interval\.ms=\d{1,4}\n$/);
  const fixed = await advise.editor.inputValue();
  expect(fixed.split("\n").slice(0, 4)).toEqual(text.split("\n").slice(0, 4));
  await expect(advise.finding("KC-T301")).toHaveCount(0);
  await advise.editor.press("Control+z");
  await expect(advise.editor).toHaveValue(text);
  await expect(advise.finding("KC-T301")).toHaveCount(1);
});

test("all safe fixes are shown as a difference and applied together", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await page.getByTestId("sample-orders").click();
  const preview = page.getByTestId("preview");
  await expect(preview).toContainText("2 lines change");
  await expect(preview).toContainText("auto.offset.reset=earliest");
  await page.getByTestId("apply-all").click();
  await expect(advise.editor).toHaveValue(/auto\.offset\.reset=earliest/);
  await expect(page.getByTestId("done")).toContainText("2 fixes applied");
  await expect(page.getByTestId("apply-all")).toBeDisabled();
});

test("text and facts are there again after a reload", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("group.id=kept\nmax.poll.records=500\n");
  await page.getByTestId("fact-perRecordMs").fill("1000");
  await expect(advise.finding("KC-T305")).toHaveAttribute("data-severity", "error");
  await page.reload();
  await expect(advise.editor).toHaveValue("group.id=kept\nmax.poll.records=500\n");
  await expect(page.getByTestId("fact-perRecordMs")).toHaveValue("1000");
  await expect(advise.finding("KC-T305")).toBeVisible();
});

test("findings and editor go in step, by key and by click", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await page.getByTestId("sample-orders").click();
  await expect(advise.findings.nth(3)).toBeVisible();
  const count = await advise.findings.count();
  await advise.editor.press("F8");
  await expect(advise.findings.nth(1)).toHaveAttribute("aria-current", "true");
  await expect(advise.selected).toContainText(`line ${await advise.selectedLine()}`);
  await advise.editor.press("Shift+F8");
  await advise.editor.press("Shift+F8");
  await expect(advise.findings.nth(count - 1)).toHaveAttribute("aria-current", "true");
  await page.getByRole("button", { name: "Line 7: warning" }).click();
  await expect(advise.selected).toHaveAttribute("data-rule", "KC-T301");
  await advise.editor.press("Control+.");
  await expect(advise.selected.getByTestId("fix").first()).toBeFocused();
  // The caret leads as well.
  await advise.editor.focus();
  await advise.editor.press("Control+Home");
  for (let line = 1; line < 11; line++) await advise.editor.press("ArrowDown");
  await expect(advise.selected).toHaveAttribute("data-rule", "KC-X102");
});

test("a missing fact is asked for and not guessed", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("group.id=g\n");
  const question = page.getByTestId("questions");
  await expect(question).toContainText("KC-T305");
  await question.getByRole("button", { name: "Give ms per record" }).click();
  await expect(page.getByTestId("fact-perRecordMs")).toBeFocused();
  await page.getByTestId("fact-perRecordMs").fill("abc");
  await expect(page.getByTestId("fact-perRecordMs")).toHaveAttribute("aria-invalid", "true");
  await page.getByTestId("fact-perRecordMs").fill("1");
  await expect(question).not.toContainText("KC-T305");
});

test("secrets are shown as dots, except in the field itself", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("sasl.password=hunter2\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n");
  await expect(advise.findings.first()).toBeVisible();
  await page.getByTestId("theme").focus();
  const shown = await page.locator("body").evaluate((body) => (body as HTMLElement).innerText);
  expect(shown).not.toContain("hunter2");
  expect(shown).toContain("•••••••");
});

test("an advisor that cannot be loaded is said, and asked again", async ({ page, problems }) => {
  const advise = new AdvisePage(page);
  await page.route("**/advisor_bg*.wasm", (route) => route.abort());
  await advise.open();
  await expect(page.getByTestId("trouble")).toBeVisible();
  await page.unroute("**/advisor_bg*.wasm");
  await advise.paste(pair(15_000, 30_000));
  await expect(advise.finding("KC-T301")).toBeVisible();
  await expect(page.getByTestId("trouble")).toHaveCount(0);
  problems.length = 0; // The aborted request is the point here.
});

test("the painted characters lie on the characters of the field", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("a=1\n\tb = zwölf\nsession.timeout.ms=30000\n");
  const [field, line] = await Promise.all([
    advise.editor.boundingBox(),
    page.locator(".editor__line").nth(2).boundingBox(),
  ]);
  const paint = await advise.editor.evaluate((field) => {
    const of = (element: Element) => {
      const { fontFamily, fontSize, fontWeight, lineHeight, tabSize, paddingLeft, letterSpacing } =
        getComputedStyle(element);
      return { fontFamily, fontSize, fontWeight, lineHeight, tabSize, paddingLeft, letterSpacing };
    };
    return { field: of(field), line: of(document.querySelector(".editor__line")!) };
  });
  expect(paint.line).toEqual(paint.field);
  expect(line!.y - field!.y).toBe(12 + 2 * 23);
  expect(line!.x).toBe(field!.x);
  // Bold characters of a fixed-width font are as wide as the others.
  const widths = await page.evaluate(() => {
    const probe = document.createElement("span");
    document.querySelector(".editor__line")!.append(probe);
    probe.textContent = "mmmmmmmmmm";
    const width = (weight: string) => {
      probe.style.fontWeight = weight;
      return probe.getBoundingClientRect().width;
    };
    const both = [width("400"), width("600")];
    probe.remove();
    return both;
  });
  expect(widths[0]).toBe(widths[1]);
});

test("a megabyte can be pasted, judged and edited", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  const block = "# comment\nmax.poll.records=500\nsession.timeout.ms=30000\n";
  const text = block.repeat(Math.ceil(1_000_000 / block.length));
  await advise.pasteLong(text);
  await expect(advise.findings.first()).toBeVisible({ timeout: 20_000 });
  expect(await advise.editor.evaluate((field: HTMLTextAreaElement) => field.value.length)).toBe(text.length);
  await page.keyboard.type("0");
  expect(await advise.editor.evaluate((field: HTMLTextAreaElement) => field.value.length)).toBe(text.length + 1);
  // However long the text is, only what can be seen is in the document.
  expect(await page.locator(".editor__line").count()).toBeLessThan(200);
  expect(await advise.findings.count()).toBeLessThanOrEqual(200);
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [390, 1440]) {
    test(`with findings, axe finds nothing serious, ${theme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      const advise = new AdvisePage(page);
      await advise.open();
      await page.getByTestId("sample-orders").click();
      await expect(advise.findings.first()).toBeVisible();
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
}
