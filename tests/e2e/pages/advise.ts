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

  /** Puts a text into the editor in place of what is there. */
  async paste(text: string): Promise<void> {
    await this.editor.focus();
    await this.editor.press("Control+a");
    await this.editor.evaluate((field, text) => {
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

  /** The texts as they are kept for the next visit, once they have been judged. */
  async texts(): Promise<string[]> {
    const kept = await this.page.evaluate(() => localStorage.getItem("advise.files"));
    return (JSON.parse(kept ?? "[]") as { text: string }[]).map(({ text }) => text);
  }

  async expectText(text: string | RegExp): Promise<void> {
    const expected = expect.poll(async () => (await this.texts())[0]);
    await (typeof text === "string" ? expected.toBe(text) : expected.toMatch(text));
  }

  /** The mark of a finding beside a line (from 1). */
  mark(line: number): Locator {
    return this.page.locator(".cm-marks .cm-gutterElement").nth(line - 1);
  }
}
