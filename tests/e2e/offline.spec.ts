import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gunzipSync, brotliDecompressSync } from "node:zlib";
import { expect, test } from "./harness/test.ts";
import { AppPage } from "./pages/app.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

test("a second visit works without a network", async ({ browser, site }) => {
  const context = await browser.newContext({ serviceWorkers: "allow", baseURL: site.url });
  const page = await context.newPage();
  await new AppPage(page).open("#/simulate");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // With the first sign of the reader comes the rest, and with it what Advise needs.
  await page.mouse.move(200, 200);
  const keptNames = () => page.evaluate(async () => (await (await caches.open((await caches.keys())[0]!)).keys()).map(({ url }) => new URL(url).pathname.split("/").pop()));
  await expect.poll(async () => (await keptNames()).filter((name) => /^(?:advisor|editor)/.test(name!)).length).toBe(4);
  await context.setOffline(true);
  await page.goto(`${site.url}#/learn`);
  await page.reload();
  await expect(page.getByTestId("card").first()).toBeVisible();
  await page.goto(`${site.url}#/advise`);
  await page.getByTestId(/^sample-/).first().click();
  await expect(page.getByTestId("finding").first()).toBeVisible();
  await context.close();
});

test("the site has a manifest, hashes of what it starts, and compressed files that are the same", async ({ page, site }) => {
  await new AppPage(page).open("#/learn");
  const start = page.locator("#start");
  await expect(start).toHaveAttribute("integrity", /^sha384-/);
  await expect(start).toHaveAttribute("data-wasm-integrity", /^sha384-/);
  const manifest = await page.request.get(`${site.url}manifest.webmanifest`);
  expect((await manifest.json()).icons.length).toBe(1);
  const wasm = (await start.getAttribute("data-wasm"))!.replace("./", "");
  for (const name of ["index.html", wasm]) {
    const bytes = readFileSync(join(dist, name));
    expect(gunzipSync(readFileSync(join(dist, `${name}.gz`))).equals(bytes)).toBe(true);
    expect(brotliDecompressSync(readFileSync(join(dist, `${name}.br`))).equals(bytes)).toBe(true);
  }
});

test("one file opens from disk, with all three workspaces", async ({ page, problems }) => {
  // Alone in a folder: there is nothing beside it that it could load.
  const folder = mkdtempSync(join(tmpdir(), "rebalance-lab-"));
  cpSync(join(dist, "rebalance-lab.html"), join(folder, "rebalance-lab.html"));
  const file = pathToFileURL(join(folder, "rebalance-lab.html")).href;
  await page.goto(`${file}#/simulate?scenario=crash&t=9000`);
  await expect(page.getByTestId("time")).toHaveAttribute("data-ms", "9000");
  await page.goto(`${file}#/learn`);
  await expect(page.getByTestId("card").first()).toBeVisible();
  await page.goto(`${file}#/advise`);
  await page.getByTestId("editor").waitFor();
  await page.getByTestId(/^sample-/).first().click();
  await expect(page.getByTestId("finding").first()).toBeVisible();
  const requests = problems.filter((problem) => problem.startsWith("request to ") && !problem.startsWith(`request to ${file}`));
  const others = problems.filter((problem) => !problem.startsWith("request to "));
  problems.length = 0;
  expect([...requests, ...others]).toEqual([]);
});
