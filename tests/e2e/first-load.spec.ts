import type { Page } from "@playwright/test";
import { expect, test } from "./harness/test.ts";
import { AppPage } from "./pages/app.ts";

/** The requests for the part of the WebAssembly that comes when the page stands. */
function restRequests(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => /\/rest-\w+\.wasm$/.test(request.url()) && seen.push(request.resourceType()));
  return seen;
}

/** Waits for the last part of Simulate, and for what follows it. */
const stands = async (page: Page) => {
  await page.getByTestId("scenario").waitFor({ state: "attached" });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 500))));
};

for (const [width, height, colorScheme] of [
  [1440, 900, "light"],
  [390, 844, "dark"],
] as const) {
  test(`at ${width} px a first visit needs the first part alone, until the reader does something`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    const seen = restRequests(page);
    await new AppPage(page).open("#/simulate");
    await stands(page);
    expect(seen, "the rest is not asked for").toEqual([]);
    await page.mouse.move(200, 200);
    await expect.poll(() => seen, "and then once, beside the page").toEqual(["fetch"]);
    await page.keyboard.press("End");
    await expect(page.getByTestId("time")).toHaveAttribute("data-ms", "18000");
  });
}

/** What stands on the page, without its own address, which paper has: it may be told before or after the workspace is in it. */
const shown = (page: Page) => page.locator("#app").evaluate((app) => app.innerHTML.replaceAll(/<span>http:[^<]*<\/span>/g, ""));

test("the first part has all the data that a first visit reads", async ({ browser, site }) => {
  for (const [width, height] of [
    [1440, 900],
    [820, 1180],
    [390, 844],
  ] as const) {
    const [divided, whole] = await Promise.all(
      ["", "rebalance-lab.html"].map(async (name) => {
        const context = await browser.newContext({ baseURL: site.url, viewport: { width, height }, serviceWorkers: "block" });
        const page = await context.newPage();
        await new AppPage(page).open(name);
        await stands(page);
        const html = await shown(page);
        await context.close();
        return html;
      }),
    );
    expect(divided, `at ${width} px`).toEqual(whole);
  }
});

test("another address has both parts before it is shown", async ({ page }) => {
  const seen = restRequests(page);
  await new AppPage(page).open("#/learn");
  await expect(page.getByTestId("card").first()).toBeVisible();
  expect(seen).toEqual(["fetch"]);
});

test("what needs the rest sooner waits for it", async ({ page }) => {
  const seen = restRequests(page);
  await new AppPage(page).open("#/simulate");
  await page.evaluate(() => (location.hash = "#/learn"));
  await expect(page.getByTestId("card").first()).toBeVisible();
  expect(seen).toEqual(["xhr"]);
});

test("a key that needs the rest at once is answered as any other", async ({ page }) => {
  await new AppPage(page).open("#/simulate");
  await page.keyboard.press("p");
  await expect(page.getByTestId("predict")).toBeVisible();
});

test("a rest that can't be loaded is said to be missing, and asked for again", async ({ page, problems }) => {
  await page.route("**/rest-*.wasm", (route) => route.abort());
  await new AppPage(page).open("#/simulate");
  await page.evaluate(() => (location.hash = "#/learn"));
  await expect(page.locator("#part-failed")).toBeVisible();
  await page.unroute("**/rest-*.wasm");
  await page.reload();
  await expect(page.getByTestId("card").first()).toBeVisible();
  await expect(page.locator("#part-failed")).toBeHidden();
  problems.length = 0; // The aborted requests are the point here.
});
