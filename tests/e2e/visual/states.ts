import type { Page } from "@playwright/test";
import { scenario as group } from "../harness/scenario.ts";
import { SimulatePage } from "../pages/simulate.ts";

/** A settled state of the page: how wide it is, and how it is reached. */
export type State = { name: string; width?: number; prepare: (page: Page) => Promise<void> };

const open = (route: string) => async (page: Page) => new SimulatePage(page).open(route);

/** Opens an example and goes on from there. */
const from = (route: string, then: (lab: SimulatePage) => Promise<void>) => async (page: Page) => {
  const lab = new SimulatePage(page);
  await lab.open(route);
  await then(lab);
};

const busy = "#/simulate?scenario=busy-member&t=6000";

/** 50 members read 500 partitions; one is killed. */
const large = {
  ...group({ members: Array.from({ length: 50 }, (_, ix) => `c${ix + 1}`) }),
  topics: [{ name: "a", partitions: 500 }],
  actions: [
    ...Array.from({ length: 50 }, (_, ix) => ({ at_ms: ix * 10, do: "start", member: `c${ix + 1}` })),
    { at_ms: 6000, do: "kill", member: "c7" },
  ],
};

/** The states that are compared, each in light and dark. */
export const states: State[] = [
  { name: "first", prepare: open("#/simulate") },
  { name: "barrier", prepare: open(busy) },
  { name: "menu", prepare: from(busy, (lab) => lab.page.getByTestId("member-menu").nth(1).click()) },
  {
    name: "form",
    prepare: from(busy, async (lab) => {
      await lab.actions.last().click();
    }),
  },
  { name: "comparison", prepare: open(`${busy}&vs=assignor%3Dcooperative-sticky`) },
  { name: "by-member", prepare: from("#/simulate?scenario=sticky-leave", (lab) => lab.page.getByTestId("by-member").click()) },
  { name: "why", prepare: from("#/simulate?scenario=crash&t=9000", async (lab) => {
    await lab.page.keyboard.press("y");
    await lab.page.getByTestId("tab-Why here").click();
  }) },
  { name: "charts", prepare: from("#/simulate?scenario=rolling-deploy", (lab) => lab.page.getByTestId("tab-Charts").click()) },
  { name: "text", prepare: from("#/simulate?scenario=static-restart-late", (lab) => lab.page.keyboard.press("t")) },
  { name: "scenario", prepare: from(busy, (lab) => lab.page.getByTestId("scenario-button").click()) },
  {
    name: "many",
    prepare: async (page) => new SimulatePage(page).openWith(large, 13000),
  },
  { name: "narrow", width: 390, prepare: open(busy) },
];

/** Brings a page into a state, without what moves. */
export async function settle(page: Page, state: State, colorScheme: "light" | "dark"): Promise<void> {
  await page.setViewportSize({ width: state.width ?? 1440, height: state.width ? 844 : 900 });
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await state.prepare(page);
  // A tooltip and the look of hovering belong to the mouse.
  await page.mouse.move(2, 60);
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
}
