import type { Locator, Page } from "@playwright/test";

/** The page as a whole: what all workspaces share. */
export class AppPage {
  readonly heading: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1 });
  }

  /** Opens a route such as `#/simulate` and waits until the app stands. */
  async open(route = ""): Promise<void> {
    // The empty base: an address with a fragment alone would not load the page again.
    await this.page.goto(`./${route}`);
    await this.heading.waitFor();
  }
}
