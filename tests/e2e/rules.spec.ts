import { seriousFindings } from "./harness/axe.ts";
import { expect, test } from "./harness/test.ts";
import { AppPage } from "./pages/app.ts";

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the index leads to a rule, the rule to its area and to the rules beside it", async ({ page }) => {
    await page.goto("rules/index.html");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("What the advisor looks for");
    await page.getByRole("link", { name: "KC-T301" }).click();
    await expect(page).toHaveTitle("KC-T301 heartbeat-above-third-of-session · Rebalance Lab");
    await expect(page.locator("pre").first()).toHaveText("session.timeout.ms=10000\nheartbeat.interval.ms=5000");
    await page.getByRole("link", { name: /^Next: KC-T302/ }).click();
    await expect(page).toHaveTitle(/^KC-T302/);
    await page.getByRole("link", { name: "Timing" }).click();
    await expect(page.getByRole("heading", { name: "Timing" })).toBeInViewport();
  });
});

test("the app leads to the rules and they lead back; the theme stays", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/learn");
  await page.getByTestId("theme").click();
  await page.getByRole("link", { name: "All rules of the advisor" }).click();
  await expect(page).toHaveTitle(/^Rules/);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.getByRole("link", { name: "Paste a configuration" }).click();
  await expect(page).toHaveTitle(/Advise/);
});

for (const width of [390, 1440]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`rules: nothing overflows, axe finds nothing serious, ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      for (const name of ["index", "KC-T301"]) {
        await page.goto(`rules/${name}.html`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, name).toBeLessThanOrEqual(0);
        expect(await seriousFindings(page), name).toEqual([]);
      }
    });
  }
}
