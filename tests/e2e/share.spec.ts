import { readFileSync } from "node:fs";
import type { Download, Page } from "@playwright/test";
import { expect, test } from "./harness/test.ts";
import { simulate } from "./harness/cli.ts";
import { AdvisePage } from "./pages/advise.ts";
import { SimulatePage } from "./pages/simulate.ts";

const link = (page: Page) => page.getByTestId("link").inputValue();

async function openShare(page: Page, pane: "Link" | "Files" | "Embed"): Promise<void> {
  await page.getByTestId("share").click();
  await page.getByTestId(`share-${pane}`).click();
}

async function saved(page: Page, button: string): Promise<{ name: string; body: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId(button).click()]);
  const file: Download = download;
  return { name: file.suggestedFilename(), body: readFileSync(await file.path()) };
}

test("a link holds the run, the comparison and the moment, and no secret; broken ones say why", async ({ page, browser, site }) => {
  const lab = new SimulatePage(page);
  await lab.open("#/simulate?t=9000&vs=assignor%3Dcooperative-sticky&by=member&tab=charts");
  // The example as it is has its own address, so something has to happen in it.
  await lab.act("act-add");
  await page.keyboard.press("Escape");
  await openShare(page, "Link");
  const address = await link(page);
  expect(address).toMatch(/#\/simulate\?s=1\.[\w-]+&t=9000&vs=/);
  await expect(page.getByTestId("link-length")).toContainText(`${address.length} characters`);
  const scenario = await lab.scenario();

  // Somebody else's browser.
  const context = await browser.newContext();
  const other = new SimulatePage(await context.newPage());
  await other.page.goto(address);
  await expect(other.time).toHaveAttribute("data-ms", "9000");
  expect(JSON.parse(await other.scenario())).toEqual(JSON.parse(scenario));
  await expect(other.page.getByTestId("show-B")).toBeVisible();
  await expect(other.page.getByTestId("tab-Charts")).toHaveAttribute("aria-pressed", "true");

  // Back and forward go between what was opened.
  await other.page.goto(`${site.url}#/simulate?scenario=crash`);
  await expect(other.page.getByTestId("scenario-button")).toContainText("A consumer is killed");
  await other.page.goBack();
  await expect(other.page.getByTestId("scenario-button")).toContainText("A consumer crashes");
  await other.page.goForward();
  await expect(other.page.getByTestId("scenario-button")).toContainText("A consumer is killed");

  // What can't be read leaves an empty bench, and what was here before is kept.
  const before = await other.page.evaluate(() => localStorage.getItem("rebalance-lab.scenario"));
  for (const [broken, why] of [
    [address.split("&")[0]!.slice(0, -60), "cut off after"],
    [`${site.url}#/simulate?s=7.abc`, "format 7"],
    [`${site.url}#/simulate?s=1.a%3Cscript%3E`, "belongs in no link"],
  ] as const) {
    await other.page.goto(broken);
    await expect(other.page.getByTestId("broken-link")).toContainText(why);
    await expect(other.tokens).toHaveCount(0);
    await other.page.reload();
    await expect(other.page.getByTestId("broken-link")).toContainText(why);
  }
  expect(await other.page.evaluate(() => localStorage.getItem("rebalance-lab.scenario"))).toBe(before);
  await other.page.getByTestId("resume").click();
  await expect(other.page.getByTestId("scenario-button")).toContainText("A consumer is killed");
  await context.close();
});

test("secrets are left out of links and files, and named; what is too long is a file", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.open("#/simulate");
  const own = JSON.parse(await lab.scenario());
  own.config["sasl.jaas.config"] = 'x required password="hunter2";';
  const edit = async (value: object) => {
    await page.getByTestId("scenario-button").click();
    await page.getByTestId("scenario-JSON").click();
    await page.getByTestId("scenario-json").fill(JSON.stringify(value));
    await page.getByTestId("run-json").click();
    await page.keyboard.press("Escape");
  };
  await edit(own);
  await openShare(page, "Link");
  await expect(page.getByTestId("removed-secrets")).toContainText("config: sasl.jaas.config");
  const address = await link(page);
  await page.getByTestId("share-Files").click();
  const { name, body } = await saved(page, "save-scenario");
  expect(name).toBe("a-consumer-crashes.json");
  expect(body.toString()).not.toContain("hunter2");
  await page.keyboard.press("Escape");
  own.about = Array.from({ length: 6000 }, (_, n) => ((n * 2654435761) >>> 0).toString(36)).join(" ");
  await edit(own);
  await openShare(page, "Link");
  await expect(page.getByTestId("too-long")).toBeVisible();
  await page.getByTestId("open-scenario").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: body });
  await page.keyboard.press("Escape");
  await page.goto(address);
  await expect(page.getByTestId("scenario")).not.toContainText("hunter2");
});

test("what is saved is what is seen", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.open("#/simulate?scenario=busy-member&t=6000&vs=assignor%3Dcooperative-sticky");
  await expect(lab.time).toHaveAttribute("data-ms", "6000");
  const rows = await page.getByTestId("numbers").locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  const owners = await lab.owners();
  await openShare(page, "Files");
  const csv = (await saved(page, "save-csv")).body.toString().trim().split("\r\n");
  expect(csv.slice(1).map((line) => JSON.parse(`[${line}]`))).toEqual(rows);
  await page.getByTestId("picture-width").fill("900");
  await page.getByTestId("picture-width").press("Enter");
  await page.getByTestId("picture-theme").selectOption("dark");
  await expect(page.getByTestId("picture")).toHaveJSProperty("naturalWidth", 900);
  const svg = (await saved(page, "save-svg")).body.toString();
  expect(svg).toContain('data-stage="6000"');
  expect(svg.match(/data-reader="nobody"/g)?.length).toBe(Object.values(owners).filter((owner) => owner === "nobody").length);
  const png = (await saved(page, "save-png")).body;
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16)]).toEqual(["PNG", 1800]);
  const scenario = (await saved(page, "save-scenario")).body.toString();
  const trace = (await saved(page, "save-trace")).body.toString().trim().split("\n").map((line) => JSON.parse(line));
  expect(trace).toEqual(simulate(scenario));
  expect((await saved(page, "save-mermaid")).body.toString()).toMatch(/^sequenceDiagram/m);
  const text = (await saved(page, "save-text")).body.toString();
  const markdown = (await saved(page, "save-markdown")).body.toString();
  expect(markdown.trim().split("\n").length).toBe(text.trim().split("\n").length + 4);
});

test("a lesson shows real moments, asks, answers by the run, and ends in free play", async ({ page }) => {
  const lab = new SimulatePage(page);
  await lab.open("#/learn");
  await page.getByTestId("lesson-link").nth(2).click();
  await expect(page.getByTestId("lesson")).toHaveAttribute("data-lesson", "eager-and-cooperative");
  for (let step = 0; step < 3; step++) await page.getByTestId("next-step").click();
  await page.getByTestId("choice").filter({ hasText: "4" }).click();
  await expect(page.getByTestId("answer")).toContainText("The run says 1");
  await page.goBack();
  await page.getByTestId("open-moment").click();
  await expect(lab.time).toHaveAttribute("data-ms", "5100");
  await page.goBack();
  await page.getByTestId("next-step").click();
  await page.getByTestId("free-play").click();
  await expect(page.getByTestId("scenario-button")).toContainText("Two share six");
  // The guide and the glossary are pages of their own.
  await page.goto("rules/guide.html");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Guide");
  await page.goto("rules/glossary.html");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Glossary");
});

test("a link to Advise has the text only if it is asked for, and never its secrets", async ({ page, browser, site }) => {
  const advise = new AdvisePage(page);
  await advise.open();
  await page.getByTestId("fact-client").fill("3.9");
  const text = 'heartbeat.interval.ms=50000\nsasl.jaas.config=x required password="hunter2";\n# <script>alert(1)</script>\n';
  await advise.paste(text);
  await expect(advise.findings.first()).toBeVisible();
  await page.getByTestId("share").click();
  await expect(page.getByTestId("link-texts")).not.toBeChecked();
  await expect(page.getByTestId("shared-text")).toHaveCount(0);
  const plain = await link(page);
  expect(plain).toMatch(/#\/advise\?s=1\.[\w-]+$/);
  await page.getByTestId("link-texts").check();
  await expect(page.getByTestId("removed-secrets")).toContainText("text 1, line 2");
  const held = await page.getByTestId("shared-text").inputValue();
  expect(held).toContain("heartbeat.interval.ms=50000\nsasl.jaas.config=");
  expect(held).not.toContain("hunter2");
  const whole = await link(page);
  expect(whole.length).toBeGreaterThan(plain.length);
  await expect(page.getByTestId("link-length")).toContainText(`${whole.length} characters`);
  expect((await saved(page, "save-shared")).body.toString()).toBe(held);

  // Somebody else's browser, where a text is open already.
  const context = await browser.newContext({ serviceWorkers: "block" });
  const other = new AdvisePage(await context.newPage());
  await other.page.goto(`${site.url}#/advise`);
  await other.editor.waitFor();
  await other.paste("group.id=own\n");
  await other.expectText("group.id=own\n");
  await other.page.goto(plain);
  await expect(other.page.getByTestId("fact-client")).toHaveValue("3.9");
  await other.expectText("group.id=own\n");
  await other.page.goto(whole);
  await expect.poll(() => other.texts()).toEqual(["group.id=own\n", held]);
  await expect(other.findings.first()).toBeVisible();
  expect(new URL(other.page.url()).hash).toBe("#/advise");
  await other.page.reload();
  await expect.poll(() => other.texts()).toEqual(["group.id=own\n", held]);

  // What can't be read says why and changes nothing.
  for (const [broken, why] of [
    [`${whole.slice(0, -40)}`, "cut off after"],
    [`${site.url}#/advise?s=1.q1YqLilKTcwtVrJSMlSqBQA`, "nothing for Advise"],
    [`${site.url}#/advise?s=9.abc`, "format 9"],
  ] as const) {
    await other.page.goto(broken);
    await expect(other.page.getByTestId("broken-link")).toContainText(why);
    expect(await other.texts()).toEqual(["group.id=own\n", held]);
  }
  await context.close();

  // What is too long for a link is a file.
  await page.keyboard.press("Escape");
  await advise.paste(Array.from({ length: 2500 }, (_, n) => `# ${((n * 2654435761) >>> 0).toString(36)}`).join("\n"));
  await page.getByTestId("share").click();
  await page.getByTestId("link-texts").check();
  await expect(page.getByTestId("too-long")).toBeVisible();
  await expect(page.getByTestId("save-shared")).toBeVisible();
});
