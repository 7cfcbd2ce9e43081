// Divides the page's WebAssembly in two: what every visitor loads, and the rest, which comes when the page stands.
// The rest has the functions that `later.txt` names, and those that only they call. `node xtask/split.mjs WASM MAP FIRST
// REST` writes both with the names of functions, to look into; `finish.mjs` has them without.
//
// `later-functions.txt` has more of them, one by one: large functions that a first visit was seen not to call, and after
// `!` those that it calls (`node xtask/unused.mjs WASM` writes it). A name that no function has any more does no harm.
//
// Memory and tables stay with the first part, which exports what the rest uses; data that only the rest reads
// (`data.mjs`) comes with it. In place of a function that has
// gone and is called from the first part stands one that asks for the rest (the import `loadRest`, see `start.js`)
// unless it is there, and calls the function through a table. So each part behaves as the whole did, and the patterns
// decide only about the time of loading.
import binaryen from "binaryen";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unread } from "./data.mjs";

/** The list of single functions. */
export const FUNCTIONS = "later-functions.txt";

/** What the second part imports the first one as. */
const FIRST = "first";
/** The table through which functions of the rest are called, and the global that says whether they are there. */
const TABLE = "rest";
const LOADED = "rest_loaded";
const NEED = "rest_need";

/** Lines that name functions by a part of their path; after `!`, what stays all the same. */
function readPatterns(lines) {
  const stays = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  return { goes: lines.filter((line) => !line.startsWith("!")), stays };
}

/** A function's path without what changes from compiler to compiler and, at its end, from build to build. */
export const path = (name) => name.replaceAll(/\[[0-9a-f]{4,}\]/g, "").replace(/\.\d+$/, "");

/** Up to so many lines of text, what stands for a function is as large as the function. */
const SMALL = 20;

/** A function of Rust's library that isn't made for one closure. */
const isOfLibrary = (path) => /^[<&]*(?:core|alloc|std|hashbrown|indexmap)::(?!.*\{closure)/.test(path);

/** All functions of a module, in its order. */
export function functionsOf(module) {
  const count = module.getNumFunctions();
  const all = Array.from({ length: count }, (_, index) => binaryen.getFunctionInfo(module.getFunctionByIndex(index)));
  return all.map(({ name, module: from, base, params, results }) => ({ name, base, isImport: Boolean(from), params, results }));
}

/** By a function's name as the text writes it: how many lines it has there, whom it names, and its constants. */
function callsOf(module) {
  const name = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()]+)`;
  const opens = new RegExp(String.raw`^ \(func (${name})`);
  const uses = new RegExp(String.raw`\((?:return_call|call|ref\.func) (${name})`);
  const numbers = /[ (](?:i32\.const |i64\.const |offset=)(-?\d+)/;
  const calls = new Map();
  let current;
  for (const line of module.emitText().split("\n")) {
    const opened = opens.exec(line);
    if (opened) calls.set(opened[1], (current = { lines: 0, used: new Set(), constants: new Set() }));
    else if (/^ \S/.test(line) && !line.startsWith(" )")) current = undefined;
    if (!current) continue;
    current.lines += 1;
    const [, used] = uses.exec(line) ?? [];
    if (used) current.used.add(used);
    const [, number] = numbers.exec(line) ?? [];
    if (number) for (const part of halves(number)) current.constants.add(part);
  }
  return calls;
}

/** A constant as it may be two of 32 bits. */
function halves(text) {
  const number = BigInt.asUintN(64, BigInt(text));
  return [Number(number & 0xffff_ffffn), Number(number >> 32n)];
}

/** A function's name as the text writes it, without its marks. */
const plain = (text) => (text.startsWith('$"') ? text.slice(2, -1).replaceAll(/\\(["'\\])/g, "$1") : text.slice(1));

/** The call graph, whom a function calls or takes the address of, how long each is, and the constants in it. */
export function graphOf(module, functions) {
  const names = new Set(functions.map(({ name }) => name));
  const graph = new Map();
  const length = new Map();
  const numbers = new Map();
  for (const [text, { lines, used, constants }] of callsOf(module)) {
    const name = plain(text);
    if (!names.has(name)) throw new Error(`the text names ${text}, which is no function`);
    graph.set(name, [...used].map(plain));
    length.set(name, lines);
    numbers.set(name, constants);
  }
  return { graph, lines: length, constants: numbers };
}

/** The names in the tables and exports, by which functions are called from anywhere. */
export function anchorsOf(module) {
  const names = new Set();
  for (let index = 0; index < module.getNumElementSegments(); index += 1)
    for (const name of binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)).data) names.add(name);
  for (let index = 0; index < module.getNumExports(); index += 1)
    names.add(binaryen.getExportInfo(module.getExportByIndex(index)).value);
  if (module.getStart()) names.add(binaryen.getFunctionInfo(module.getStart()).name);
  return names;
}

/** Names of the functions that go: those that the patterns name, and those that nobody else calls. */
export function leaving(functions, { graph, lines }, anchors, { goes, stays, functions: single }) {
  const named = ({ name }) => {
    const at = path(name);
    // Functions of the library that are alike are one, under the name of any of them: their types say nothing.
    if (single.has(at) || single.has(`!${at}`)) return single.has(at);
    const parts = isOfLibrary(at) ? goes.filter(isOfLibrary) : goes;
    return parts.some((part) => at.includes(part)) && !stays.some((part) => at.includes(part));
  };
  const gone = new Set(functions.filter((one) => !one.isImport && lines.get(one.name) > SMALL && named(one)).map(({ name }) => name));
  const kept = new Set(functions.filter((one) => one.isImport).map(({ name }) => name));
  for (const name of anchors) if (!gone.has(name)) kept.add(name);
  const stay = functions.filter(({ name }) => !gone.has(name) && stays.some((part) => path(name).includes(part)));
  for (const { name } of stay) kept.add(name);
  // Reachable from what is kept without passing what goes: that stays too.
  const open = [...kept];
  while (open.length > 0)
    for (const one of graph.get(open.pop()) ?? [])
      if (!gone.has(one) && !kept.has(one)) kept.add(one) && open.push(one);
  for (const { name, isImport } of functions) if (!isImport && !kept.has(name)) gone.add(name);
  return gone;
}

/** A module without the names of its functions. */
export function withoutNames(bytes) {
  binaryen.setDebugInfo(false);
  return binaryen.readBinary(bytes).emitBinary();
}

/** Both parts of a module, whose data lies as the linker's map says. */
export function split(bytes, map, patterns, withNames = false) {
  binaryen.setDebugInfo(withNames);
  const first = binaryen.readBinary(bytes);
  const functions = functionsOf(first);
  const byName = new Map(functions.map((one) => [one.name, one]));
  const calls = graphOf(first, functions);
  const { graph } = calls;
  const anchors = anchorsOf(first);
  const gone = leaving(functions, calls, anchors, patterns);
  const load = functions.find(({ isImport, base }) => isImport && /loadRest/.test(base));
  if (!load) throw new Error("the WebAssembly imports no loadRest, so nothing can be left out of it");

  // Of what has gone, what is called from outside; of what stays, what the rest calls.
  const called = new Set([...anchors].filter((name) => gone.has(name)));
  const lent = new Set();
  for (const [name, used] of graph)
    for (const one of used)
      if (gone.has(name) !== gone.has(one)) (gone.has(one) ? called : lent).add(one);
  const slots = [...called];
  const exported = new Map([...lent].map((name, index) => [name, `f${index.toString(36)}`]));

  const rest = binaryen.readBinary(bytes);
  const constantsOf = (some) => [...some.flatMap(({ name }) => [...(calls.constants.get(name) ?? [])]), ...globalsOf(first)];
  const staying = functions.filter(({ name }) => !gone.has(name));
  const moved = moveData(first, rest, (segments) => unread(segments, map, constantsOf(staying), constantsOf(functions)));
  divideFirst(first, { functions, byName, gone, slots, exported, load: load.name });
  divideRest(rest, { functions, byName, gone, slots, exported });
  const parts = [first, rest].map((module) => {
    module.runPasses(["remove-unused-module-elements", "memory-packing", "strip-producers"]);
    if (!module.validate()) throw new Error("a part of the divided WebAssembly isn't valid");
    return module.emitBinary();
  });
  const counts = { functions: functions.length, gone: gone.size, called: called.size, lent: lent.size, moved };
  return { parts, counts };
}

const isMutable = (module) =>
  Array.from({ length: module.getNumGlobals() }, (_, index) => binaryen.getGlobalInfo(module.getGlobalByIndex(index))).filter(({ mutable }) => mutable);
const tablesOf = (module) =>
  Array.from({ length: module.getNumTables() }, (_, index) => binaryen.getTableInfo(module.getTableByIndex(index)));

/** The name that binaryen gives to a module's one memory. */
const MEMORY = "0";

/** Numbers that globals begin with. */
const globalsOf = (module) =>
  Array.from({ length: module.getNumGlobals() }, (_, index) => binaryen.getGlobalInfo(module.getGlobalByIndex(index)))
    .map(({ init }) => (init ? binaryen.getExpressionInfo(init) : {}))
    .flatMap(({ value }) => (typeof value === "number" ? [value] : []));

/** Moves data that `choose` finds in the segments; in its place stand zeros until the rest comes. How many bytes. */
function moveData(first, rest, choose) {
  const count = first.getNumDataSegments();
  const segments = Array.from({ length: count }, (_, index) => first.getDataSegmentInfo(first.getDataSegmentByIndex(index)));
  const moved = choose(segments).map(({ at, bytes }) => ({ at, bytes: Buffer.from(bytes) }));
  for (const segment of segments) {
    const bytes = Buffer.from(segment.data);
    const start = segment.offset;
    for (const { at, bytes: { length } } of moved) {
      const from = at - start;
      if (from >= 0 && from < bytes.length) bytes.fill(0, from, from + length);
    }
    segment.offset = first.i32.const(start);
    segment.data = bytes;
  }
  const later = moved.map(({ at, bytes }) => ({ offset: rest.i32.const(at), data: bytes }));
  const { initial, max } = first.getMemoryInfo();
  first.setMemory(initial, max ?? -1, null, segments, false, false, MEMORY);
  rest.setMemory(initial, max ?? -1, null, later, false, false, MEMORY);
  rest.addMemoryImport(MEMORY, FIRST, "memory");
  return moved.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function divideFirst(module, { byName, gone, slots, exported, load }) {
  const { none } = binaryen;
  isMutable(module).forEach(({ name }, index) => module.addGlobalExport(name, `g${index}`));
  tablesOf(module).forEach(({ name }, index) => module.addTableExport(name, `t${index}`));
  module.addGlobal(LOADED, binaryen.i32, true, module.i32.const(0));
  module.addGlobalExport(LOADED, LOADED);
  module.addTable(TABLE, slots.length, slots.length);
  module.addTableExport(TABLE, TABLE);
  const isMissing = module.i32.eqz(module.global.get(LOADED, binaryen.i32));
  module.addFunction(NEED, none, none, [], module.if(isMissing, module.call(load, [], none)));
  for (const name of gone) module.removeFunction(name);
  slots.forEach((name, slot) => {
    const { params, results } = byName.get(name);
    const given = binaryen.expandType(params).map((type, index) => module.local.get(index, type));
    const call = module.call_indirect(TABLE, module.i32.const(slot), given, params, results);
    module.addFunction(name, params, results, [], module.block(null, [module.call(NEED, [], none), call], results));
  });
  for (const [name, as] of exported) module.addFunctionExport(name, as);
}

function divideRest(module, { functions, byName, gone, slots, exported }) {
  const exports = Array.from({ length: module.getNumExports() }, (_, index) => binaryen.getExportInfo(module.getExportByIndex(index)));
  for (const { name } of exports) module.removeExport(name);
  const segments = Array.from({ length: module.getNumElementSegments() }, (_, index) => binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)));
  for (const { name } of segments) module.removeElementSegment(name);
  tablesOf(module).forEach(({ name }, index) => module.addTableImport(name, FIRST, `t${index}`));
  module.addTable(TABLE, slots.length, slots.length);
  module.addTableImport(TABLE, FIRST, TABLE);
  isMutable(module).forEach(({ name, type }, index) => {
    module.removeGlobal(name);
    module.addGlobalImport(name, FIRST, `g${index}`, type, true);
  });
  for (const { name } of functions) {
    if (gone.has(name)) continue;
    const { params, results } = byName.get(name);
    module.removeFunction(name);
    const as = exported.get(name);
    if (as) module.addFunctionImport(name, FIRST, as, params, results);
  }
  module.addActiveElementSegment(TABLE, "rest_functions", slots, module.i32.const(0));
}

/** What is split where, for who runs or imports this. */
export function patterns() {
  const lines = (name) => readFileSync(new URL(name, import.meta.url), "utf8").split("\n");
  const paths = lines("later.txt").map((line) => line.replace(/#.*/, "").trim());
  return { ...readPatterns(paths.filter(Boolean)), functions: new Set(lines(FUNCTIONS)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [wasm, map, first, rest] = process.argv.slice(2);
  if (!rest) throw new Error("which files? node xtask/split.mjs WASM MAP FIRST REST");
  const { parts, counts } = split(readFileSync(wasm), readFileSync(map, "utf8"), patterns(), true);
  [first, rest].forEach((name, index) => writeFileSync(name, parts[index]));
  console.log(counts);
}
