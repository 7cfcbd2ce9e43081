import { seriousFindings } from "./harness/axe.ts";
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
  await expect(charts.locator(".chart-line")).toHaveCount(2);
  expect(await seriousFindings(page)).toEqual([]);
});
