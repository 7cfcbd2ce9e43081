import { seriousFindings } from "./harness/axe.ts";
import { expect, test } from "./harness/test.ts";
import { AdvisePage } from "./pages/advise.ts";
import { SimulatePage } from "./pages/simulate.ts";

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

test("a client that would not start is said first, with its exception, place and fix", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste(pair(30_000, 30_000));
  await expect(advise.finding("KC-V217")).toHaveAttribute("data-severity", "error");
  await expect(page.getByTestId("count-error")).toHaveText("1 error");
  await advise.paste("group.id=g\nsession.timeout.ms=30s\n");
  const startup = page.getByTestId("startup");
  await expect(startup).toContainText("org.apache.kafka.common.config.ConfigException: Invalid value 30s for configuration session.timeout.ms: Not a number of type INT");
  await expect(startup.getByTestId("startup-place")).toHaveText("Line 2");
  await startup.getByTestId("startup-fix").click();
  await advise.expectText("group.id=g\nsession.timeout.ms=30000\n");
  await expect(startup).toHaveCount(0);
});

test("a fix changes its line and nothing else, and can be undone", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  const text = "# timers\r\ngroup.id = g\r\nsession.timeout.ms: 30000\n\r\nheartbeat.interval.ms=15000\r\n";
  await advise.paste(text);
  await advise.finding("KC-T301").click();
  await advise.finding("KC-T301").getByTestId("fix").first().click();
  await advise.expectText(/heartbeat\.interval\.ms=\d{1,4}\r\n$/);
  const [fixed] = await advise.texts();
  expect(fixed!.split("\n").slice(0, 4)).toEqual(text.split("\n").slice(0, 4));
  await expect(advise.finding("KC-T301")).toHaveCount(0);
  await advise.editor.press("Control+z");
  await advise.expectText(text);
  await expect(advise.finding("KC-T301")).toHaveCount(1);
});

test("line ends stay as they are, and a new line takes those of its text", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("a=1\r\nb=2\r\n");
  await advise.expectText("a=1\r\nb=2\r\n");
  await advise.editor.press("Control+Home");
  await advise.editor.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("c=3");
  await advise.expectText("a=1\r\nc=3\r\nb=2\r\n");
  await page.keyboard.press("Home");
  await page.keyboard.press("Backspace");
  await advise.expectText("a=1c=3\r\nb=2\r\n");
  await page.keyboard.press("End");
  await page.keyboard.press("Delete");
  await advise.expectText("a=1c=3b=2\r\n");
});

test("all safe fixes are shown as a difference and applied together", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await page.getByTestId("sample-orders").click();
  const preview = page.getByTestId("preview");
  await expect(preview).toContainText("2 lines change");
  await expect(preview).toContainText("auto.offset.reset=earliest");
  await page.getByTestId("apply-all").click();
  await advise.expectText(/auto\.offset\.reset=earliest/);
  await expect(page.getByTestId("done")).toContainText("2 fixes applied");
  await expect(page.getByTestId("apply-all")).toBeDisabled();
});

test("texts and facts are there again after a reload", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("group.id=kept\nmax.poll.records=500\n");
  await page.getByTestId("fact-perRecordMs").fill("1000");
  await expect(advise.finding("KC-T305")).toHaveAttribute("data-severity", "error");
  await page.reload();
  await expect(advise.editor).toContainText("group.id=kept");
  await advise.expectText("group.id=kept\nmax.poll.records=500\n");
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
  const line = /line (\d+)/.exec(await advise.selected.innerText())![1]!;
  const shown = page.locator(".cm-selected-line");
  await expect(shown).toHaveCount(1);
  expect(await page.locator(".cm-line").nth(Number(line) - 1).getAttribute("class")).toContain("cm-selected-line");
  await advise.editor.press("Shift+F8");
  await advise.editor.press("Shift+F8");
  await expect(advise.findings.nth(count - 1)).toHaveAttribute("aria-current", "true");
  await advise.mark(7).click();
  await expect(advise.selected).toHaveAttribute("data-rule", "KC-T301");
  await advise.editor.press("Alt+Enter");
  await expect(advise.selected.getByTestId("fix").first()).toBeFocused();
  // The caret leads as well.
  await advise.editor.focus();
  await advise.editor.press("Control+Home");
  for (let line = 1; line < 11; line++) await advise.editor.press("ArrowDown");
  await expect(advise.selected).toHaveAttribute("data-rule", "KC-X102");
});

test("tokens are coloured, findings underlined, and their fix is at hand under the pointer", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("# two\nsession.timeout.ms = 3x\n");
  await expect(page.locator(".cm-line .syn-comment")).toHaveText("# two");
  await expect(page.locator(".cm-line .syn-key")).toHaveText("session.timeout.ms");
  const squiggle = page.locator(".cm-lintRange-error").first();
  await expect(squiggle).toBeVisible();
  expect(await squiggle.evaluate((it) => getComputedStyle(it).textDecorationStyle)).toBe("wavy");
  await squiggle.hover();
  await expect(page.locator(".cm-tooltip-lint")).toContainText("session.timeout.ms");
});

test("keys and values are completed and documented", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("group.id=g\n");
  await page.keyboard.type("max.poll.i");
  const list = page.locator(".cm-tooltip-autocomplete");
  await expect(list).toContainText("max.poll.interval.ms");
  await expect(page.locator(".cm-completionInfo")).toContainText("INT");
  await page.waitForTimeout(100); // CodeMirror takes no key for a choice right after the list has opened.
  await page.keyboard.press("Enter");
  await page.keyboard.type("=60000\nenable.auto.commit=");
  await page.keyboard.press("Control+Space");
  await expect(list).toContainText("false");
  await page.waitForTimeout(100);
  await page.keyboard.press("Enter");
  await advise.expectText("group.id=g\nmax.poll.interval.ms=60000\nenable.auto.commit=false");
  await page.locator(".cm-line .syn-key").nth(1).hover();
  await expect(page.locator(".cm-tooltip .cm-documentation")).toContainText("300000");
});

test("the editor lets the focus go", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("group.id=g\n");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(advise.editor).not.toBeFocused();
  await advise.expectText("group.id=g\n");
});

test("several members are judged together", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  const member = (assignor: string) =>
    Buffer.from(`group.id=g\npartition.assignment.strategy=org.apache.kafka.clients.consumer.${assignor}\n`);
  await page.getByTestId("file-open").setInputFiles([
    { name: "a.properties", mimeType: "text/plain", buffer: member("RangeAssignor") },
    { name: "b.properties", mimeType: "text/plain", buffer: member("RoundRobinAssignor") },
  ]);
  await expect(page.getByTestId("file")).toHaveText(["a.properties", "b.properties"]);
  const disjoint = page.getByTestId("finding").filter({ hasText: /a\.properties|b\.properties/ });
  await expect(disjoint.first()).toBeVisible();
  await page.getByTestId("file").nth(1).click();
  await expect(advise.editor).toContainText("RoundRobinAssignor");
  await page.getByRole("button", { name: "Close a.properties" }).click();
  await expect(page.getByTestId("file")).toHaveText(["b.properties"]);
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

test("secrets are shown as dots, except where they are typed", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste("sasl.password=hunter2\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n");
  await expect(advise.findings.first()).toBeVisible();
  const shown = () => page.locator("body").evaluate((body) => (body as HTMLElement).innerText);
  expect(await shown()).not.toContain("hunter2");
  expect(await shown()).toContain("•••••••");
  await advise.editor.press("Control+Home");
  await expect(advise.editor).toContainText("hunter2");
  await page.getByTestId("theme").focus();
  await expect(advise.editor).not.toContainText("hunter2");
});

test("an advisor that stops is said, and asked again", async ({ page, problems }) => {
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

test("a megabyte can be pasted, judged and edited", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  const block = "# comment\nmax.poll.records=500\nsession.timeout.ms=30000\n";
  const text = block.repeat(Math.ceil(1_000_000 / block.length));
  await advise.paste(text);
  await expect(advise.findings.first()).toBeVisible({ timeout: 30_000 });
  await expect.poll(async () => (await advise.texts())[0]?.length).toBe(text.length);
  await page.keyboard.type("0");
  await expect.poll(async () => (await advise.texts())[0]?.length, { timeout: 30_000 }).toBe(text.length + 1);
  // However long the text is, only what can be seen is in the document.
  expect(await page.locator(".cm-line").count()).toBeLessThan(300);
  expect(await advise.findings.count()).toBeLessThanOrEqual(200);
});

// Colours hang on the theme, the layout on the width: each has its turn.
for (const [theme, width] of [["light", 390], ["dark", 1440]] as const) {
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

for (const { rule, text, facts, fix } of [
  { rule: "KC-T301", text: pair(15_000, 30_000), facts: {}, fix: /heartbeat\.interval\.ms=\d{1,4}\n$/ },
  {
    rule: "KC-K1002",
    text: "group.id=orders\nclient.id=orders\nsession.timeout.ms=45000\npartition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor\n",
    facts: { kind: "StatefulSet", replicas: "3" },
    fix: undefined,
  },
]) {
  test(`${rule} opens the run that fails beside the one with its fix`, async ({ page }) => {
    const advise = new AdvisePage(page);
    await advise.open();
    await advise.paste(text);
    for (const [fact, value] of Object.entries(facts)) await page.getByTestId(`fact-${fact}`).fill(value);
    const finding = advise.finding(rule);
    await finding.click();
    await expect(finding.getByTestId("shows-error")).toContainText("fails with these values");
    await expect(finding.getByTestId("shows-good")).toContainText("passes with the fix");
    expect(await seriousFindings(page)).toEqual([]);
    await finding.getByTestId("show-me").click();
    await new SimulatePage(page).time.waitFor();
    await expect(page.getByTestId("show-A")).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByTestId("variant-kind")).toHaveValue("the fix");
    await expect(page.locator(".variant-rows")).not.toHaveAttribute("data-differs", "0");
    await page.goBack();
    await advise.expectText(text);
    await finding.click();
    if (fix) {
      await finding.getByTestId("fix").first().click();
      await advise.expectText(fix);
    } else {
      await advise.paste(text + "group.instance.id=orders-0\n");
    }
    await expect(finding).toHaveCount(0);
  });
}

test("a finding leads to the page of its rule", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await advise.paste(pair(15_000, 30_000));
  await advise.finding("KC-T301").click();
  await advise.selected.getByTestId("rule-page").click();
  await expect(page).toHaveTitle(/^KC-T301/);
});

test("a dropped file is opened, read and judged", async ({ page }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  const text = "group.id=dropped\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n";
  const data = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.properties", { type: "text/plain" }));
    return data;
  }, text);
  await page.locator(".advise").dispatchEvent("drop", { dataTransfer: data });
  await advise.expectText(text);
  await expect(advise.finding("KC-T301")).toBeVisible();
  const kept = await page.evaluate(() => localStorage.getItem("advise.files"));
  expect(kept).toContain("dropped.properties");
});
