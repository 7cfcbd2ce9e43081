// Times the site's own advisor, the WebAssembly in dist/, under Node: a request in, the answer out, then the
// fixes tried.
//
// Prints the median and the slowest of several runs. `cargo xtask bench-advise` runs it.

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const named = (pattern) => {
  const name = readdirSync(dist).find((name) => pattern.test(name));
  if (!name) throw new Error("there is no advisor in dist/; `cargo xtask dist` builds it");
  return dist + name;
};

let heard;
let said;
globalThis.addEventListener = (_event, listener) => (heard = listener);
globalThis.postMessage = (message) => (said = message);
const { initSync } = await import(pathToFileURL(named(/^advisor(-\w+)?\.js$/)));
initSync({ module: readFileSync(named(/^advisor_bg(-\w+)?\.wasm$/)) });

const keys = readFileSync(new URL("../../assignor-core/data/consumer-keys.tsv", import.meta.url), "utf8")
  .split("\n")
  .map((row) => row.split("\t"))
  .filter(([name, type]) => type === "INT" || type === "LONG" || type === "BOOLEAN")
  .map(([name, type]) => `${name}=${type === "BOOLEAN" ? "true" : "30000"}`);

/** A text of so many lines: properties of the consumer, comments, and settings of the application. */
function text(lines) {
  const line = (at) =>
    at % 4 === 0 ? `# what line ${at} is for` : (keys[at >> 1] ?? `app.feature.${at}.limit=${at}`);
  return Array.from({ length: lines }, (_, at) => line(at)).join("\n") + "\n";
}

/** What a message to the advisor takes, in ms. */
function timed(message) {
  const data = JSON.stringify(message);
  const start = performance.now();
  heard({ data });
  return performance.now() - start;
}

function told(times, what) {
  times.sort((a, b) => a - b);
  const [median, slowest] = [times[times.length >> 1], times.at(-1)];
  console.log(`  ${what}: median ${median.toFixed(2)} ms, slowest of ${times.length} ${slowest.toFixed(2)} ms`);
}

for (const [lines, runs] of [
  [200, 200],
  [10_000, 15],
  // More than 1 MB.
  [40_000, 5],
]) {
  const written = text(lines);
  const request = { Judge: { texts: [{ name: "", text: written }], facts: {} } };
  const [judged, fixed] = [[], []];
  let answer;
  for (let run = 0; run < runs; run++) {
    // Another text each time, as when somebody types.
    request.Judge.texts[0].name = `${run}.properties`;
    judged.push(timed(request));
    answer = JSON.parse(said[0]);
    fixed.push(timed({ Fixes: run }));
  }
  const [found, told_of] = [answer.counts.reduce((a, b) => a + b), answer.findings.length];
  console.log(`${lines} lines, ${Math.round(written.length / 1000)} kB, ${found} findings, ${told_of} told`);
  told(judged, "findings, from the request to the answer");
  told(fixed, "trying all fixes, when the reader pauses");
}
