import { seriousFindings } from "./harness/axe.ts";
import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

const scenario = group({ members: ["c1", "c2", "c3"], actions: [{ at_ms: 6000, do: "start", member: "c3" }] });

test("variants run the same actions under one playhead, and every number leads to its moment", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  const numbers = page.getByTestId("numbers");
  await expect(numbers.locator("thead")).toHaveCount(0);
  await page.getByTestId("compare").click();
  await expect(page.getByTestId("variant")).toHaveCount(1);
  await expect(numbers).toBeInViewport({ ratio: 1 });
  await expect(page.getByTestId("variant-kind")).toHaveValue("assignor");
  await expect(page.getByTestId("variant-value")).toHaveValue("cooperative-sticky");
  await expect(page.getByTestId("first-difference")).toContainText("differs from A for");

  const row = (name: string) => numbers.locator("tr", { hasText: name }).locator("td");
  const values = async (name: string) => (await row(name).allTextContents()).map((text) => Number.parseFloat(text));
  const [moved, least] = [await values("partitions moved"), await values("fewest possible")];
  expect(least[0]).toBe(least[1]);
  expect(moved[0]).toBeGreaterThanOrEqual(least[0]);
  expect(moved[1]).toBe(least[1]);
  // Only what is better is bold.
  await expect(row("partitions moved").nth(1).locator("b")).toHaveCount(moved[1] < moved[0] ? 1 : 0);

  const stop = row("longest stop of one").nth(1).getByRole("button");
  const at = Number(await stop.getAttribute("data-at"));
  await stop.click();
  expect(await lab.ms()).toBe(at);
  await expect(page.getByTestId("show-B")).toHaveAttribute("aria-pressed", "true");
  // The stage shows B: at the begin of its longest stop somebody reads nothing.
  expect(Object.values(await lab.owners())).toContain("nobody");
  await page.keyboard.press("1");
  await expect(page.getByTestId("show-A")).toHaveAttribute("aria-pressed", "true");
  expect(await lab.ms()).toBe(at);

  // Another thing changed, and a value that can't be.
  await page.getByTestId("variant-kind").selectOption("session.timeout.ms");
  await expect(page.getByTestId("variant-value")).toHaveValue("12000");
  await page.getByTestId("variant-value").fill("soon");
  await page.getByTestId("variant-value").press("Enter");
  await expect(page.locator(".variant-problem")).toContainText("session.timeout.ms");
  await page.getByTestId("variant-kind").selectOption("clients");
  await page.getByTestId("compare").click();
  await page.getByTestId("compare").click();
  await expect(page.getByTestId("compare")).toBeDisabled();
  await expect(page.getByTestId("variant")).toHaveCount(3);
  expect(await seriousFindings(page)).toEqual([]);
  for (let left = 3; left > 0; left--) await page.getByTestId("remove-variant").first().click();
  await expect(numbers.locator("thead")).toHaveCount(0);
});

test("at 390 px the page goes to the new run", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 8000);
  await page.getByTestId("compare").click();
  await expect(page.getByTestId("variant-kind")).toBeInViewport();
});

test("what is compared survives a reload and stands in the address", async ({ page, browser, baseURL }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.open("#/simulate?scenario=eager-join&t=5000");
  await page.getByTestId("compare").click();
  await page.getByTestId("variant-kind").selectOption("session.timeout.ms");
  await page.getByTestId("compare").click();
  await page.getByTestId("variant-kind").nth(1).selectOption("static members");
  await page.getByTestId("show-C").click();
  const kinds = () => page.getByTestId("variant-kind").evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value));
  const before = [await kinds(), await page.getByTestId("variant-value").first().inputValue()];
  expect(before[0]).toEqual(["session.timeout.ms", "static members"]);
  await expect(page).toHaveURL(/scenario=eager-join&t=5000&vs=config\.session\.timeout\.ms%3D\d+&vs=static&on=2/);
  await page.reload();
  await expect(page.getByTestId("show-C")).toHaveAttribute("aria-pressed", "true");
  expect([await kinds(), await page.getByTestId("variant-value").first().inputValue()]).toEqual(before);
  expect(await lab.ms()).toBe(5000);

  // The address alone says it all to somebody else.
  const other = await browser.newContext({ baseURL });
  const fresh = await other.newPage();
  await fresh.goto(page.url());
  await expect(fresh.getByTestId("variant")).toHaveCount(2);
  await expect(fresh.getByTestId("show-C")).toHaveAttribute("aria-pressed", "true");
  await expect(fresh.getByTestId("time")).toHaveAttribute("data-ms", "5000");
  await other.close();

  // An example that was changed isn't the example any more.
  await lab.act("act-add");
  await expect(page).toHaveURL(/#\/simulate\?s=1\.[^&]+&t=5000&vs=/);
  await page.reload();
  await expect(page.getByTestId("variant")).toHaveCount(2);
});
