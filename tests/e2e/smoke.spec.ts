import { expect, test } from "./harness/test.ts";
import { AppPage } from "./pages/app.ts";

test("starts under a path, with its title and its icon", async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await expect(page).toHaveTitle(/Rebalance Lab/);
  await expect(page.locator("#start-failed")).toBeHidden();
  const icon = await page.locator("link[rel=icon]").getAttribute("href");
  const answer = await page.request.get(new URL(icon!, page.url()).href);
  expect(answer.headers()["content-type"]).toBe("image/svg+xml");
});

test("runs under a policy that stops inline scripts", async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  expect(policy!.match(/script-src [^;]*/)![0]).toBe("script-src 'self' 'wasm-unsafe-eval'");
});

test("says so when it cannot start", async ({ page, problems }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("./");
  await expect(page.locator("#start-failed")).toBeVisible();
  problems.length = 0; // The aborted request is the point here.
});

for (const theme of ["light", "dark"] as const) {
  test(`takes the stored ${theme} theme before the first paint`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme === "light" ? "dark" : "light" });
    await page.addInitScript((choice) => localStorage.setItem("theme", choice), theme);
    await page.goto("./", { waitUntil: "commit" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  });
}
