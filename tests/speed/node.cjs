// Times every case as WebAssembly, as src/main.rs does natively. Arguments: the folder that
// wasm-bindgen wrote, milliseconds per case, part of the name.
const { performance } = require("node:perf_hooks");
const path = require("node:path");

const [folder, budget = "500", wanted = ""] = process.argv.slice(2);
const { Timed } = require(path.resolve(folder, "speed.js"));

for (let index = 0, name; (name = Timed.name(index)) !== undefined; index += 1) {
  if (!name.includes(wanted)) {
    continue;
  }
  const timed = Timed.numbered(index);
  const runs = [];
  const begin = performance.now();
  const elapsed = () => performance.now() - begin;
  while (elapsed() < Number(budget) || (runs.length < 5 && elapsed() < 4 * Number(budget))) {
    timed.clear();
    const start = performance.now();
    timed.assign();
    runs.push(((performance.now() - start) * 1000).toFixed(1));
  }
  console.log(`${name}\t${timed.digest()}\t${runs.join(" ")}`);
  timed.free();
}
