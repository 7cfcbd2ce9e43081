import { join } from "node:path";
import { test } from "./harness/test.ts";
import { AppPage } from "./pages/app.ts";

/** What is pictured: a name, the route, and what is done there first, if anything. */
const scenes: { name: string; route: string; prepare?: (app: AppPage) => Promise<void> }[] = [
  { name: "simulate", route: "#/simulate" },
  { name: "advise", route: "#/advise" },
  { name: "learn", route: "#/learn" },
];

const sizes = [
  { name: "wide", width: 1440, height: 900 },
  { name: "narrow", width: 390, height: 844 },
];

for (const { name, route, prepare } of scenes) {
  for (const { name: size, width, height } of sizes) {
    for (const colorScheme of ["light", "dark"] as const) {
      const picture = `${name}-${size}-${colorScheme}`;
      test(picture, async ({ page }) => {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        const app = new AppPage(page);
        await app.open(route);
        await prepare?.(app);
        await page.screenshot({ path: join(process.env.SCREENSHOTS ?? "screenshots", `${picture}.png`) });
      });
    }
  }
}
