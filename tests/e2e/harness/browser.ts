import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { PlaywrightTestConfig } from "@playwright/test";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The Chromium named by $CHROMIUM, or the first one on the PATH. */
function findChromium(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = candidates.find(isProgram);
  if (!found) throw new Error("no Chromium: install one, or name its file in $CHROMIUM");
  return found;
}

/** How every browser of this suite is started. */
export const browser: PlaywrightTestConfig["use"] = {
  browserName: "chromium",
  locale: "en-US",
  timezoneId: "UTC",
  // `localStorage` and the clock belong to one test each; nothing of the network is wanted.
  serviceWorkers: "block",
  launchOptions: {
    executablePath: findChromium(),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};
