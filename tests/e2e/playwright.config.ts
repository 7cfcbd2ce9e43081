import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.ts";

// The release build in dist/, in the Chromium of this machine.
export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../../test-results",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // A machine that is held up for seconds is no fault of the page; who works on a test wants to see it at once.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 60_000,
  // Two of them share two processors with whatever else is built.
  expect: { timeout: 10_000 },
  reporter: "list",
  use: browser,
});
