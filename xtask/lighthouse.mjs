// Lighthouse on the built site, as on a desktop: `node xtask/lighthouse.mjs [RUNS]`
// The site lies in dist/ and is served on 127.0.0.1 as a static host does that has compressed files. npm brings Lighthouse
// when it is first asked for; nothing else needs it. Chromium is taken from $CHROMIUM.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, workerData } from "node:worker_threads";

const LIGHTHOUSE = "lighthouse@13.5.0";
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const TIMES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "interactive"];
const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json" };
const dist = fileURLToPath(new URL("../dist", import.meta.url));

function serve({ port }) {
  const server = createServer((request, response) => {
    const name = normalize(join(dist, new URL(request.url, "http://localhost").pathname.slice(1) || "index.html"));
    const type = TYPES[extname(name)];
    if (!type || !name.startsWith(dist + sep) || !existsSync(name)) return response.writeHead(404).end();
    const isPacked = existsSync(`${name}.gz`) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const headers = { "content-type": type, "cache-control": "max-age=3600", ...(isPacked && { "content-encoding": "gzip" }) };
    response.writeHead(200, headers).end(readFileSync(isPacked ? `${name}.gz` : name));
  });
  server.listen(0, "127.0.0.1", () => port.postMessage(server.address().port));
}

function measure(address) {
  const folder = mkdtempSync(join(tmpdir(), "lighthouse-"));
  const report = join(folder, "report.json");
  const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
  const args = ["--yes", LIGHTHOUSE, address, "--preset=desktop", "--quiet", "--output=json", `--output-path=${report}`, `--chrome-flags=${flags}`, `--only-categories=${CATEGORIES}`];
  const { status, stderr } = spawnSync("npx", args, { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" }, encoding: "utf8" });
  if (status !== 0) throw new Error(`Lighthouse ended with ${status}:\n${stderr}`);
  const { categories, audits } = JSON.parse(readFileSync(report, "utf8"));
  return [...CATEGORIES.map((name) => Math.round(categories[name].score * 100)), ...TIMES.map((name) => audits[name].displayValue)];
}

if (!isMainThread) serve(workerData);
else {
  if (!existsSync(join(dist, "index.html"))) throw new Error("there is no build in dist/; `cargo xtask dist` makes it");
  const { port1, port2 } = new MessageChannel();
  // A thread of its own: this one waits for Lighthouse.
  const worker = new Worker(new URL(import.meta.url), { workerData: { port: port2 }, transferList: [port2] });
  const port = await new Promise((heard) => port1.once("message", heard));
  console.log(["workspace", ...CATEGORIES, ...TIMES].join("  "));
  for (const workspace of ["simulate", "advise", "learn"])
    for (let run = 0; run < Number(process.argv[2] ?? 3); run += 1) console.log([workspace, ...measure(`http://127.0.0.1:${port}/#/${workspace}`)].join("  "));
  await worker.terminate();
  port1.close();
}
