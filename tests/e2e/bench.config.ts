import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.ts";

// How fast the release build draws, on this machine: `cargo xtask bench-page`.
export default defineConfig({
  testDir: ".",
  testMatch: "bench.ts",
  outputDir: "../../test-results",
  workers: 1,
  timeout: 180_000,
  reporter: "list",
  use: browser,
});
