import { expect, type Locator, type Page } from "@playwright/test";
import { AppPage } from "./app.ts";

/** The Simulate workspace: what a test sees of a run and does to it. */
export class SimulatePage extends AppPage {
  readonly time: Locator;
  readonly tokens: Locator;
  readonly actions: Locator;

  constructor(page: Page) {
    super(page);
    this.time = page.getByTestId("time");
    this.tokens = page.getByTestId("token");
    this.actions = page.getByTestId("action");
  }

  /** Opens an address; of the workspace it waits for the last part, too: the scenario comes with it. */
  override async open(route = ""): Promise<void> {
    await super.open(route);
    if (route.startsWith("#/simulate")) await this.page.getByTestId("scenario").waitFor({ state: "attached" });
  }

  /** Opens the workspace with a scenario, paused at a time. */
  async openWith(scenario: object, ms: number): Promise<void> {
    await this.page.addInitScript(
      ([text, position]) => {
        if (sessionStorage.getItem("prepared")) return;
        sessionStorage.setItem("prepared", "yes");
        localStorage.setItem("rebalance-lab.scenario", text);
        localStorage.setItem("rebalance-lab.position", position);
      },
      [JSON.stringify(scenario), String(ms)],
    );
    await this.open("#/simulate");
    await expect(this.time).toHaveAttribute("data-ms", String(ms));
  }

  async ms(): Promise<number> {
    return Number(await this.time.getAttribute("data-ms"));
  }

  /** The scenario as the page has it: what a command line is to be given. */
  async scenario(): Promise<string> {
    return (await this.page.getByTestId("scenario").textContent()) ?? "";
  }

  /** Who reads each partition at the playhead, by its label. */
  async owners(): Promise<Record<string, string>> {
    return this.tokens.evaluateAll((tokens) =>
      Object.fromEntries(tokens.map((token) => [token.getAttribute("data-partition"), token.getAttribute("data-owner")])),
    );
  }

  /** Who reads each partition from when to when, as the lanes show it. */
  async lanes(): Promise<{ partition: string; from: number; to: number; reader: string }[]> {
    return this.page.locator(".lane [data-reader]").evaluateAll((spans) =>
      spans.map((span) => ({
        partition: span.closest(".lane")!.getAttribute("data-partition")!,
        from: Number(span.getAttribute("data-from")),
        to: Number(span.getAttribute("data-to")),
        reader: span.getAttribute("data-reader")!,
      })),
    );
  }

  /** Everything that depends on the time: stage, lanes, inspector, words. */
  async picture(): Promise<string> {
    return this.page.getByTestId("simulate").evaluate((element) => {
      const picture = element.cloneNode(true) as Element;
      // The address follows a little later, and only a print shows it.
      picture.querySelector('[data-testid="print-about"] span')?.remove();
      // In which order attributes were set says nothing.
      for (const one of [picture, ...picture.querySelectorAll("*")]) {
        const attributes = [...one.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const { name } of attributes) one.removeAttribute(name);
        for (const { name, value } of attributes) one.setAttribute(name, value);
      }
      return picture.outerHTML;
    });
  }

  /** Chooses an entry of the menu at the playhead: of the group, or of a member or topic in it. */
  async act(entry: string, on?: string): Promise<void> {
    await this.page.getByTestId("act").click();
    if (on) await this.page.getByTestId(`act-on-${on}`).click();
    await this.page.getByTestId(entry).click();
  }
}
