import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.ts";

// The settled states beside their committed pictures:
// `npx playwright test --config tests/e2e/pictures.config.ts`, with --update-snapshots to make them anew.
export default defineConfig({
  testDir: "visual",
  testMatch: "pictures.ts",
  outputDir: "../../test-results",
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  fullyParallel: true,
  workers: 2,
  reporter: "list",
  use: browser,
});
