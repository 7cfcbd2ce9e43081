import { seriousFindings } from "./harness/axe.ts";
import { serveHost } from "./harness/host.ts";
import { expect, test } from "./harness/test.ts";

test("runs stand inside a page of another origin under a strict policy, and talk with it", async ({ page, site, problems }) => {
  const host = await serveHost(site.url);
  await page.goto(host.url);
  const frame = (id: string) => page.frameLocator(`#${id} iframe`);
  await expect(frame("one").getByTestId("time")).toHaveAttribute("data-ms", "9000");
  await expect(frame("one").locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(frame("two").getByTestId("time")).toHaveAttribute("data-ms", "3600");
  await expect(page.frameLocator("#plain").getByTestId("time")).toHaveAttribute("data-ms", "4000");

  // The host seeks, plays and pauses, and hears the time.
  const times = () => page.evaluate(() => (window as unknown as { times: number[] }).times);
  await page.evaluate(() => {
    const heard: number[] = [];
    (window as unknown as { times: number[] }).times = heard;
    document.querySelector("#one")!.addEventListener("time", (event) => heard.push((event as CustomEvent).detail.t_ms));
    (document.querySelector("#one") as unknown as { seek(ms: number): void }).seek(12_345);
  });
  await expect(frame("one").getByTestId("time")).toHaveAttribute("data-ms", "12345");
  await expect.poll(times).toContain(12_345);
  await page.evaluate(() => (document.querySelector("#one") as unknown as { play(): void }).play());
  await expect(frame("one").getByTestId("time")).toHaveAttribute("data-playing", "true");
  await page.evaluate(() => (document.querySelector("#one") as unknown as { pause(): void }).pause());
  await expect(frame("one").getByTestId("time")).toHaveAttribute("data-playing", "false");
  await page.evaluate(() => document.querySelector("#one")!.setAttribute("theme", "light"));
  await expect(frame("one").locator("html")).toHaveAttribute("data-theme", "light");

  // The height is that of the content, but where the host says another.
  await expect(page.locator("#two iframe")).toHaveAttribute("height", "500");
  const needed = await frame("one").getByTestId("embed").evaluate((main) => main.getBoundingClientRect().height);
  const given = Number(await page.locator("#one iframe").getAttribute("height"));
  expect(Math.abs(given - needed)).toBeLessThanOrEqual(1);

  // Nobody takes the host's keys; messages that say nothing, or come to a frame without an origin, do nothing.
  await page.locator("h1").click();
  await page.keyboard.press("Space");
  await expect(frame("one").getByTestId("time")).toHaveAttribute("data-playing", "false");
  const before = await page.frameLocator("#plain").getByTestId("time").getAttribute("data-ms");
  const hostile = ["x", null, 7, {}, { rebalanceLab: 1, type: "seek", t_ms: 1 }, { rebalanceLab: 1, type: "theme", theme: "<img src=x onerror=alert(1)>" }, "x".repeat(5000)];
  await page.evaluate((hostile) => {
    const plain = (document.querySelector("#plain") as HTMLIFrameElement).contentWindow!;
    for (const message of hostile) plain.postMessage(message, "*");
  }, hostile);
  await expect(page.frameLocator("#plain").getByTestId("time")).toHaveAttribute("data-ms", before!);

  const plain = page.frames().find((one) => one.url().includes("static-restart"))!;
  expect(await plain.evaluate(() => [localStorage.length, document.title])).toEqual([0, await plain.title()]);
  await page.screenshot({ path: process.env.SHOT_EMBED ?? test.info().outputPath("embed.png"), fullPage: true });
  expect(await seriousFindings(page)).toEqual([]);
  await host.close();
  // The page itself comes from the other origin here.
  const foreign = problems.filter((problem) => !problem.startsWith(`request to ${host.url}`));
  problems.splice(0, problems.length, ...foreign);
});
