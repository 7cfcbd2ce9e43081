import { join } from "node:path";
import type { Page } from "@playwright/test";
import { test } from "./harness/test.ts";
import { AdvisePage } from "./pages/advise.ts";
import { AppPage } from "./pages/app.ts";
import { SimulatePage } from "./pages/simulate.ts";
import { states } from "./visual/states.ts";

/** What is pictured: a name, and how it is reached. */
type Scene = { name: string; prepare: (page: Page) => Promise<void> };

const open = (route: string) => async (page: Page) => new AppPage(page).open(route);

const advise = (text: string, then?: (advise: AdvisePage) => Promise<void>) => async (page: Page) => {
  const workspace = new AdvisePage(page);
  await workspace.open();
  await workspace.paste(text);
  await workspace.findings.first().waitFor();
  await then?.(workspace);
};

const config = "group.id=orders\nsession.timeout.ms=30000\nheartbeat.interval.ms=15000\nmax.poll.records=5000\nenable.auto.commit=false\n";

const scenes: Scene[] = [
  ...states.filter((state) => !state.width),
  { name: "learn", prepare: open("#/learn") },
  { name: "lesson", prepare: open("#/learn?lesson=eager-and-cooperative&step=2") },
  { name: "rule", prepare: async (page) => void (await page.goto("rules/KC-T301.html")) },
  { name: "guide", prepare: async (page) => void (await page.goto("rules/guide.html")) },
  { name: "advise", prepare: advise(config) },
  { name: "advise-startup", prepare: advise("group.id=g\nsession.timeout.ms=30s\n") },
  {
    name: "advise-show",
    prepare: advise(config, async (workspace) => {
      await workspace.finding("KC-T301").getByTestId("show-me").scrollIntoViewIfNeeded();
    }),
  },
  {
    name: "playing",
    prepare: async (page) => {
      const lab = new SimulatePage(page);
      await lab.open("#/simulate?scenario=crash&t=8800");
      await page.keyboard.press("Space");
      // In the midst of what moves.
      await page.waitForTimeout(1_300);
    },
  },
  {
    name: "predict",
    prepare: async (page) => {
      await new SimulatePage(page).open("#/simulate?scenario=crash");
      await page.keyboard.press("p");
    },
  },
  {
    name: "share",
    prepare: async (page) => {
      await new SimulatePage(page).open("#/simulate?scenario=crash&t=9000");
      await page.getByTestId("share").click();
    },
  },
  {
    name: "embed",
    prepare: async (page) => {
      await page.goto("./#/embed/simulate?scenario=crash&t=9000");
      await page.getByTestId("time").waitFor();
    },
  },
];

const sizes = [
  { name: "wide", width: 1440, height: 900 },
  { name: "narrow", width: 390, height: 844 },
];

for (const { name, prepare } of scenes) {
  for (const { name: size, width, height } of sizes) {
    for (const colorScheme of ["light", "dark"] as const) {
      const picture = `${name}-${size}-${colorScheme}`;
      test(picture, async ({ page }) => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await prepare(page);
        await page.screenshot({ path: join(process.env.SCREENSHOTS ?? "screenshots", `${picture}.png`) });
      });
    }
  }
}
