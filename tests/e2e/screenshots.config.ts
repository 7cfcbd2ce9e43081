import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.ts";

// Pictures of the release build, for people to look at: `cargo xtask screenshots`.
export default defineConfig({
  testDir: ".",
  testMatch: "screenshots.ts",
  outputDir: "../../test-results",
  fullyParallel: true,
  workers: 2,
  reporter: "list",
  use: browser,
});
