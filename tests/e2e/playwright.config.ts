import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.ts";

// The release build in dist/, in the Chromium of this machine.
export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../../test-results",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  // Two of them share two processors with whatever else is built.
  expect: { timeout: 10_000 },
  reporter: "list",
  use: browser,
});
