import { test as base } from "@playwright/test";
import { serveSite, type Site } from "./site.ts";

export { expect } from "@playwright/test";

/**
 * Playwright's `test` on the release build. Whatever a test checks, it fails when the page writes an error
 * to the console, lets an exception escape or asks for anything outside of its own folder.
 */
export const test = base.extend<{ problems: string[] }, { site: Site }>({
  site: [
    async ({}, use) => {
      const site = await serveSite();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ site }, use) => use(site.url),

  problems: [
    async ({ context, site }, use) => {
      const problems: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error") problems.push(`console: ${message.text()}`);
      });
      context.on("weberror", (error) => problems.push(`exception: ${error.error()}`));
      context.on("request", (request) => {
        const url = request.url();
        const own = url.startsWith(site.url) || /^(data|blob|about):/.test(url);
        if (!own) problems.push(`request to ${url}`);
      });
      await use(problems);
      base.expect(problems, "console errors, exceptions, foreign requests").toEqual([]);
    },
    { auto: true },
  ],
});
