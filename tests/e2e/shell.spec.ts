import { seriousFindings } from "./harness/axe.ts";
import { expect, test } from "./harness/test.ts";
import { AppPage } from "./pages/app.ts";

const workspaces = ["simulate", "advise", "learn"];

test("every workspace has its address, its title and its place in the bar", async ({ page }) => {
  const app = new AppPage(page);
  for (const workspace of workspaces) {
    await app.open(`#/${workspace}`);
    await expect(page).toHaveTitle(new RegExp(`${workspace}.*Rebalance Lab`, "i"));
    await expect(page.getByTestId(`nav-${workspace}`)).toHaveAttribute("aria-current", "page");
    await expect(page.locator("nav [aria-current]")).toHaveCount(1);
  }
});

test("back and forward go between workspaces; the focus goes to the new page", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/simulate");
  await page.getByTestId("nav-learn").click();
  await expect(page).toHaveTitle(/Learn/);
  await expect(page.locator("main")).toBeFocused();
  await page.getByTestId("nav-advise").click();
  await expect(page).toHaveTitle(/Advise/);
  await page.goBack();
  await expect(page).toHaveTitle(/Learn/);
  await page.goForward();
  await expect(page).toHaveTitle(/Advise/);
});

test("an unknown address says so and leads on", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/simulator");
  await expect(app.heading).toHaveText("No page has this address");
  await expect(page.getByText('The address names "simulator".')).toBeVisible();
  await page.getByRole("link", { name: "the gallery" }).click();
  await expect(page).toHaveTitle(/Learn/);
});

test("the keyboard goes through the bar", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/learn");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Rebalance Lab" })).toBeFocused();
  for (const workspace of workspaces) {
    await page.keyboard.press("Tab");
    await expect(page.getByTestId(`nav-${workspace}`)).toBeFocused();
  }
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("theme")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("help")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keyboard and help" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByTestId("help")).toBeFocused();
});

test("the skip link leads to the page and leaves the address alone", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/learn");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
  expect(new URL(page.url()).hash).toBe("#/learn");
});

test("the theme turns from the system's to light to dark, and is kept", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const app = new AppPage(page);
  await app.open("#/learn");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByTestId("theme").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await expect(page.getByTestId("theme")).toHaveAccessibleName(/^Theme: light/);
  expect(await ground()).toBe(light);
  await page.getByTestId("theme").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByTestId("theme").click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});

test("? opens the help, not while typing and not when switched off", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/advise");
  await page.getByTestId("editor").press("?");
  await expect(page.getByTestId("editor")).toHaveText("?");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByTestId("nav-learn").click();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard and help" });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("?");
  await expect(dialog).toBeHidden();
});

test("the gallery opens its examples in Simulate", async ({ page }) => {
  const app = new AppPage(page);
  await app.open("#/learn");
  const cards = page.getByTestId("card");
  expect(await cards.count()).toBeGreaterThanOrEqual(12);
  const eager = page.locator("[data-scenario=eager-join]");
  await expect(eager).toContainText("A consumer joins, eagerly");
  await expect(eager).toContainText("rebalances");
  await expect(eager.getByRole("img")).toBeVisible();
  await eager.click();
  // The moment follows it a third of a second later.
  expect(new URL(page.url()).hash).toMatch(/^#\/simulate\?scenario=eager-join(?:&t=\d+)?$/);
});

// Colours hang on the theme, the layout on the width: each has its turn.
for (const [theme, width] of [["light", 390], ["dark", 1440]] as const) {
  for (const workspace of workspaces) {
    test(`${workspace}: nothing overflows, axe finds nothing serious, ${theme}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      const app = new AppPage(page);
      await app.open(`#/${workspace}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
}
