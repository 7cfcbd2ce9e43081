import { expect, test } from "./harness/test.ts";
import { deflateRawSync } from "node:zlib";
import { scenario } from "./harness/scenario.ts";
import { AdvisePage } from "./pages/advise.ts";
import { AppPage } from "./pages/app.ts";

/** What runs wherever text is taken for markup, script or an address. */
const payloads = [
  "<script>pwned()</script>",
  "<img src=x onerror=pwned()>",
  "<svg onload=pwned()>",
  "\"><svg/onload=pwned()>",
  "'-pwned()-'",
  "javascript:pwned()",
  "</title><script>pwned()</script>",
  "</script><script>pwned()</script>",
  "${pwned()}{{pwned()}}",
  "<iframe srcdoc='<script>parent.pwned()</script>'>",
  "<math><a xlink:href=javascript:pwned()>x",
  "data:text/html,<script>pwned()</script>",
];

const packed = (value: object) => `1.${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;

/** Links with a payload in each place that takes text. */
function links(payload: string): string[] {
  const inside = (change: (own: Record<string, any>) => void) => {
    const own: Record<string, any> = scenario();
    change(own);
    return `#/simulate?s=${packed({ scenario: own })}&t=5000`;
  };
  const text = encodeURIComponent(payload);
  return [
    inside((own) => Object.assign(own, { title: payload, about: payload })),
    inside((own) => Object.assign(own.config, { [payload]: payload, "client.rack": payload })),
    inside((own) => (own.members[0].name = payload)),
    inside((own) => (own.topics[0].name = payload)),
    `#/simulate?s=${text}&t=${text}&vs=${text}&on=${text}&of=${text}&tab=${text}&theme=${text}`,
    `#/simulate?scenario=crash&vs=${encodeURIComponent(`config.client.rack=${payload}`)}`,
    `#/embed/simulate?scenario=${text}&origin=${text}&theme=${text}`,
    `#/${text}`,
    `#/learn?lesson=${text}&step=${text}`,
    `#/advise?s=${packed({ advise: { texts: [{ name: payload, text: payload }], facts: { client: payload, [payload]: payload } } })}`,
  ];
}

test("nothing that is typed, pasted, linked or posted is executed", async ({ page, problems, site }) => {
  test.setTimeout(120_000);
  const app = new AppPage(page);
  const hits: string[] = [];
  await page.exposeFunction("pwned", () => hits.push(page.url()));
  page.on("dialog", (dialog) => dialog.dismiss());
  await app.open("#/learn");
  const all = payloads.flatMap(links);
  expect(all.length).toBeGreaterThan(100);
  for (const link of all) {
    await page.evaluate(async (link) => {
      location.hash = link;
      // A page comes in three parts, a frame each.
      for (let part = 0; part < 3; part++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    }, link);
  }
  await expect(page.locator("h1").first()).toBeAttached();
  const clickable = await page.locator("a[href^='javascript:'], a[href^='data:']").count();

  // Messages, as an embed gets them from the page around: this page is its own parent.
  await page.goto(`${site.url}?embed#/embed/simulate?scenario=crash&t=9000&origin=${new URL(site.url).origin}`);
  await page.getByTestId("embed").waitFor();
  await page.evaluate((payloads) => {
    for (const text of payloads) {
      for (const type of ["seek", "theme", "play", text]) postMessage({ rebalanceLab: 1, type, t_ms: text, theme: text, html: text }, "*");
    }
  }, payloads);

  // The rest goes into the scenario's own form and into the advisor.
  const advise = new AdvisePage(page);
  await page.goto(`${site.url}?advise#/advise`);
  await advise.editor.waitFor();
  const lines = payloads.map((payload, n) => `client.id${n}=${payload}\n${payload.replace(/[=:\s]/g, "")}=1\npartition.assignment.strategy=${payload}`);
  await advise.paste(lines.join("\n"));
  await expect(advise.findings.first()).toBeVisible();
  await page.waitForTimeout(300);
  expect({ hits, clickable }).toEqual({ hits: [], clickable: 0 });
  // A policy that had to stop something would have said so.
  expect(problems).toEqual([]);
});
