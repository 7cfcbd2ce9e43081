import { expect, type Locator, type Page } from "@playwright/test";

/** The Advise workspace. */
export class AdvisePage {
  readonly editor: Locator;
  readonly findings: Locator;
  readonly selected: Locator;

  constructor(readonly page: Page) {
    this.editor = page.getByTestId("editor");
    this.findings = page.getByTestId("finding");
    this.selected = page.locator("[data-testid=finding][aria-current=true]");
  }

  async open(): Promise<void> {
    await this.page.goto("./#/advise");
    await this.editor.waitFor();
  }

  /** Puts a text into the editor as a paste does. */
  async paste(text: string): Promise<void> {
    await this.editor.fill(text);
  }

  /** Pastes a text that is too long for `fill`, which types it line by line. */
  async pasteLong(text: string): Promise<void> {
    await this.editor.evaluate((field, text) => {
      (field as HTMLElement).focus();
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  finding(rule: string): Locator {
    return this.page.locator(`[data-testid=finding][data-rule=${rule}]`);
  }

  /** The rules found, each with its severity. */
  async rules(): Promise<string[]> {
    return this.findings.evaluateAll((all) =>
      all.map((one) => `${one.getAttribute("data-rule")} ${one.getAttribute("data-severity")}`),
    );
  }

  /** The numbers (from 1) of the lines that the editor shows as selected. */
  async selectedLine(): Promise<string> {
    const line = this.page.locator(".editor__no.is-selected");
    await expect(line).toHaveCount(1);
    return (await line.innerText()).trim();
  }
}
