// Writes `later-functions.txt`: functions of the page's WebAssembly that a first visit to Simulate doesn't call, and
// after `!` those that it calls although their path is in `later.txt`.
// `node xtask/unused.mjs WASM` on the whole WebAssembly with names (target/wasm-opt/release/rebalance-lab_bg.wasm) and
// the site in dist/, in Chromium ($CHROMIUM). What isn't in the list is loaded first, so an old list costs bytes, and
// nothing else. A function has to be large: what stands in for a small one would be as large.
import { chromium } from "@playwright/test";
import binaryen from "binaryen";
import { createServer } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { FUNCTIONS, anchorsOf, functionsOf, graphOf, leaving, path, patterns } from "./split.mjs";

/** Screens on which a first visit is made. */
const SCREENS = [
  { width: 1440, height: 900, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
  { width: 1024, height: 700, colorScheme: "light" },
  { width: 1920, height: 1080, colorScheme: "dark" },
  { width: 820, height: 1180, colorScheme: "light" },
];
/** Lines of text from which a function is large. */
const LARGE = 24;
const STANDS_MS = 3000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml" };

/** The module, telling the page the number of every function that is called. */
function told(module, functions) {
  const { i32, none } = binaryen;
  const bodies = functions.map((_, index) => binaryen.getFunctionInfo(module.getFunctionByIndex(index)));
  module.addFunctionImport("told", "told", "called", i32, none);
  bodies.forEach(({ name, module: from, params, results, vars, body }, index) => {
    if (from) return;
    module.removeFunction(name);
    const call = module.call("told", [module.i32.const(index)], none);
    module.addFunction(name, params, results, vars, module.block(null, [call, body], results));
  });
  return module.emitBinary();
}

/** The built site with that WebAssembly as its only one. */
function serve(wasm) {
  const unchecked = (page) => page.replaceAll(/ (?:data-\w+-)?integrity="?[^\s>]*/g, "").replaceAll(/ data-(?:rest|sw)="?[^\s>]*/g, "");
  const tells = (script) => script.replace(/"\.\/rebalance-lab_bg\.js"\s*:/, 'told:{called:(index)=>{(window.called??=new Set()).add(index)}},$&');
  return createServer((request, response) => {
    const name = new URL(request.url, "http://localhost").pathname.slice(1) || "index.html";
    const type = TYPES[extname(name)];
    if (!type) return response.writeHead(404).end();
    const file = () => readFileSync(join("dist", name), "utf8");
    const body = extname(name) === ".wasm" ? wasm : name === "index.html" ? unchecked(file()) : /^rebalance-lab-.*js$/.test(name) ? tells(file()) : file();
    response.writeHead(200, { "content-type": type }).end(body);
  }).listen(0, "127.0.0.1");
}

binaryen.setDebugInfo(false);
const module = binaryen.readBinary(readFileSync(process.argv[2]));
const functions = functionsOf(module);
const calls = graphOf(module, functions);
const { lines } = calls;
// What the paths of later.txt send away, with what only that calls, needs no line of its own.
const gone = leaving(functions, calls, anchorsOf(module), { ...patterns(), functions: new Set() });
const server = serve(told(module, functions));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const called = new Set();
for (const { width, height, colorScheme } of SCREENS) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`http://127.0.0.1:${server.address().port}/#/simulate`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForTimeout(STANDS_MS);
  // The signs by which the reader calls for the rest: what answers them must not have to wait for it.
  for (let place = 1; place < 10; place++) await page.mouse.move((width * place) / 10, (height * ((place * 3) % 10)) / 10, { steps: 8 });
  await page.mouse.wheel(0, 100);
  for (let stops = 0; stops < 4; stops++) await page.keyboard.press("Tab");
  for (const index of await page.evaluate(() => [...window.called])) called.add(functions[index].name);
  await page.goto("about:blank");
}
await browser.close();
server.close();
// A number is no name: the next build gives it to another function.
const hasName = (name) => /\D/.test(name);
const unused = functions.filter(({ name, isImport }) => !isImport && hasName(name) && !gone.has(name) && !called.has(name) && lines.get(name) >= LARGE);
const paths = new Set(unused.map(({ name }) => path(name)));
// Two functions may have one path.
for (const name of called) paths.delete(path(name));
for (const name of called) if (gone.has(name) && hasName(name)) paths.add(`!${path(name)}`);
writeFileSync(new URL(FUNCTIONS, import.meta.url), `${[...paths].sort().join("\n")}\n`);
console.log(`${called.size} functions are called, ${paths.size} large ones are not`);
