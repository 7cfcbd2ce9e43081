import { expect, test } from "../harness/test.ts";
import { settle, states } from "./states.ts";

// Pictures of the settled states beside committed ones, on request: fonts and their smoothing differ from
// machine to machine. `--update-snapshots` makes them anew. Half size is enough to see what moved.
test.use({ deviceScaleFactor: 0.5 });

for (const state of states) {
  for (const theme of ["light", "dark"] as const) {
    test(`${state.name} looks as it did, ${theme}`, async ({ page }) => {
      await settle(page, state, theme);
      await expect(page).toHaveScreenshot(`${state.name}-${theme}.png`, { maxDiffPixelRatio: 0.02, threshold: 0.3 });
    });
  }
}
