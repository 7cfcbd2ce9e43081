import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What axe finds serious or critical on the page as it stands, one line per finding. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Half-way from one colour to another, a text may have neither's contrast.
  await page.evaluate(() => {
    const ends = (one: Animation) => one.effect?.getComputedTiming().endTime !== Infinity;
    const ended = Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
    // What stands still never ends.
    return Promise.race([ended, new Promise((done) => setTimeout(done, 1000))]);
  });
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join(", ")})`);
}
