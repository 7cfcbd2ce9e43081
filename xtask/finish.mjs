// What the static site gets when it is built, beside what trunk makes: `node xtask/finish.mjs dist MAP`
// (the map of the page's data, from its linker)
//   rest-*.wasm    the part of the page's WebAssembly that is loaded later (`split.mjs`)
//   integrity      the start script and the WebAssembly that it loads are checked against their hashes
//   sw.js          the service worker, with the names of the files of the first load, and of Advise's
//   *.gz, *.br     for hosts that serve compressed files as they are
//   rebalance-lab.html   everything in one file, which opens from disk
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { patterns, split, withoutNames } from "./split.mjs";

const [dist, map] = process.argv.slice(2);
if (!map) throw new Error("which folder and map? node xtask/finish.mjs dist MAP");
const read = (name) => readFileSync(join(dist, name));
const text = (name) => read(name).toString("utf8");
const hash = (kind, data) => `${kind}-${createHash(kind).update(data).digest("base64")}`;
/** The file that an attribute of the page names. */
const named = (page, attribute) => {
  const [, name] = page.match(new RegExp(`${attribute}="?\\./([^"\\s>]+)`)) ?? [];
  if (!name) throw new Error(`the built page has no ${attribute}`);
  return name;
};
const once = (page, from, to) => {
  const parts = page.split(from);
  if (parts.length !== 2) throw new Error(`the built page has ${parts.length - 1} times ${from}`);
  return parts.join(to);
};
/** All files below a folder, as paths from the site. */
const files = (folder = dist) =>
  readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? files(path) : [relative(dist, path).replaceAll("\\", "/")];
    })
    .sort();

/** Writes a file that is named after what is in it. */
const write = (stem, ending, bytes) => {
  const path = `${stem}-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.${ending}`;
  writeFileSync(join(dist, path), bytes);
  return path;
};

/** The page with one style sheet, one request, in place of several. */
function withOneStyle(page) {
  const links = [...page.matchAll(/<link[^>]*\brel="?stylesheet"?[^>]*>/g)].map(([link]) => link);
  const names = links.map((link) => named(link, "href"));
  const style = names.map(text).join("\n");
  const others = files().filter((name) => name.endsWith(".html") && name !== "index.html").map(text);
  for (const name of names) if (!others.some((other) => other.includes(name))) rmSync(join(dist, name));
  const link = `<link rel="stylesheet" href="./${write("style", "css", style)}" integrity="${hash("sha384", style)}">`;
  return links.slice(1).reduce((page, other) => once(page, other, ""), once(page, links[0], link));
}

/** The page with its WebAssembly in two parts. */
function divided(page) {
  const name = named(page, "data-wasm");
  const [first, rest] = split(read(name), readFileSync(map, "utf8"), patterns(), process.env.NAMES === "1").parts;
  rmSync(join(dist, name));
  const restName = write("rest", "wasm", rest);
  const start = page.match(/<script[^>]*\bid="?start"?[^>]*>/)?.[0];
  if (!start) throw new Error("the built page has no start script");
  const more = ` data-rest="./${restName}" data-rest-integrity="${hash("sha384", rest)}">`;
  return once(page, start, start.replace(/>$/, more)).replaceAll(name, write("page", "wasm", first));
}

/** The page with hashes of what it starts. */
function withIntegrity(page) {
  const start = page.match(/<script[^>]*\bid="?start"?[^>]*>/)?.[0];
  if (!start) throw new Error("the built page has no start script");
  const wasm = hash("sha384", read(named(page, "data-wasm")));
  const more = ` integrity="${hash("sha384", read("start.js"))}" data-wasm-integrity="${wasm}" data-sw="./sw.js">`;
  const checked = once(page, start, start.replace(/>$/, more));
  // A preload with another integrity than its fetch would be loaded twice.
  return checked.replace(/<link[^>]*\brel="?preload"?[^>]*>/g, (link) =>
    / integrity=/.test(link) ? link : link.replace(/>$/, ` integrity="${wasm}">`),
  );
}

/** The files that Simulate and Learn are made of. */
function firstLoad(page) {
  const named = [...page.matchAll(/(?:href|src|data-js|data-wasm|data-rest)="?\.\/([^"\s>]+)/g)].map(([, name]) => name);
  return [...new Set(named)].sort();
}

/** Editor, advisor's loader, module and WebAssembly. */
const ADVISE_FILES = 4;

function serviceWorker(page) {
  const first = firstLoad(page);
  const version = createHash("sha256");
  for (const name of ["index.html", ...first]) version.update(name).update(read(name));
  const worker = readFileSync(new URL("../static/sw.js", import.meta.url), "utf8");
  const later = files().filter((name) => /^(?:advisor|editor)[\w-]*\.(?:js|wasm)$/.test(name));
  if (later.length !== ADVISE_FILES) throw new Error(`Advise has ${later.length} files: ${later.join(", ")}`);
  const filled = once(worker, '"{{VERSION}}"', JSON.stringify(version.digest("hex").slice(0, 16)));
  return once(once(filled, '["{{FILES}}"]', JSON.stringify(first)), '["{{LATER}}"]', JSON.stringify(later));
}

/** Text that can stand inside a script or a style element. */
const inside = (source, tag) => source.replaceAll(new RegExp(`</(?=${tag})`, "gi"), "<\\/");
/** The name under which a module of wasm-bindgen exports its start. */
const defaultOf = (source) => source.match(/(\w+)\s+as\s+default\b/)?.[1];

/** A module as a script: to workers of a page from disk, browsers give no modules. */
const withoutExports = (source) => {
  const script = source.replace(/\bexport\s*\{[^}]*\};?/, "");
  if (/^\s*(?:export|import)\b/m.test(script)) throw new Error("the advisor's module can't be made a script");
  return script;
};

/** Everything in one file. */
function oneFile(page) {
  const packedBytes = (bytes) => gzipSync(bytes, { level: 9 }).toString("base64");
  const packed = (name) => packedBytes(read(name));
  const glue = (name) => {
    const source = text(name);
    const start = defaultOf(source);
    if (!start) throw new Error(`${name} exports no default`);
    return { source: source.replace(/\bimport\.meta\.url\b/g, '"about:blank"'), start };
  };
  const app = glue(named(page, "data-js"));
  const advisorJs = files().find((name) => /^advisor-\w+\.js$/.test(name));
  const advisor = glue(advisorJs);
  const data = {
    wasm: packedBytes(withoutNames(read(named(page, "data-wasm")))),
    advisorWasm: packed(files().find((name) => /^advisor_bg-\w+\.wasm$/.test(name))),
    advisor: Buffer.from(withoutExports(advisor.source)).toString("base64"),
    editor: read(named(page, "data-editor")).toString("base64"),
  };
  const start = `${app.source}
const bytes = (id) => Uint8Array.from(atob(document.getElementById(id).textContent), (char) => char.charCodeAt(0));
const unpacked = async (id) => new Uint8Array(await new Response(new Blob([bytes(id)]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
const part = (parts) => URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
const place = document.getElementById("start").dataset;
window.importPart = (name) => import(place[name]);
window.lendToRest = window.loadRest = () => {};
place.editor = part([bytes("part-editor")]);
place.advisor = part([
  "(async()=>{",
  bytes("part-advisor"),
  "\\nconst packed=Uint8Array.from(atob('", document.getElementById("part-advisorWasm").textContent, "'),(char)=>char.charCodeAt(0));",
  "\\ntry{const module=await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();await ${advisor.start}({module_or_path:module})}catch(error){postMessage(String(error))}})()",
]);
document.addEventListener("click", ({ target }) => { if (target.closest?.("[data-reload]")) location.reload(); });
try { await ${app.start}({ module_or_path: await unpacked("part-wasm") }); } catch (error) { document.getElementById("start-failed").hidden = false; throw error; }
`;
  const scripts = [];
  const styles = [];
  const script = (source, attributes = "") => {
    const body = inside(source, "script");
    scripts.push(`'${hash("sha256", body)}'`);
    return `<script${attributes}>${body}</script>`;
  };
  let html = page
    .replace(/<link[^>]*\brel="?stylesheet"?[^>]*>/g, (link) => {
      const body = inside(text(named(link, "href")), "style");
      styles.push(`'${hash("sha256", body)}'`);
      return `<style>${body}</style>`;
    })
    .replace(/<link[^>]*\brel="?(?:modulepreload|preload|manifest)"?[^>]*>/g, "")
    .replace(/<link[^>]*\brel="?icon"?[^>]*>/g, (link) => `<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,${read(named(link, "href")).toString("base64")}">`);
  const startTag = html.match(/<script[^>]*\bid="?start"?[^>]*><\/script>/)[0];
  html = once(html, startTag, "");
  html = html.replace(/<script[^>]*\bsrc="?\.\/([^"\s>]+)[^>]*><\/script>/g, (_, name) => script(text(name)));
  const parts = Object.entries(data).map(([name, body]) => `<script type="text/plain" id="part-${name}">${body}</script>`);
  const end = `${parts.join("\n")}\n${script(start, ' type="module" id="start"')}`;
  html = html.includes("</body>") ? html.replace("</body>", () => `${end}</body>`) : `${html}${end}`;
  const policy = `default-src 'none'; script-src ${scripts.join(" ")} 'wasm-unsafe-eval' blob:; style-src ${styles.join(" ")}; style-src-attr 'unsafe-inline'; img-src data: blob:; worker-src blob:; frame-src 'self' file:; base-uri 'none'; form-action 'none'`;
  const replaced = html.replace(/content="default-src[^"]*"/, () => `content="${policy}"`);
  if (replaced === html) throw new Error("the built page has no policy to replace");
  return replaced;
}

const built = withOneStyle(text("index.html"));
const single = oneFile(withIntegrity(built));
const page = withIntegrity(divided(built));
writeFileSync(join(dist, "index.html"), page);
writeFileSync(join(dist, "sw.js"), serviceWorker(page));
writeFileSync(join(dist, "rebalance-lab.html"), single);
for (const name of files()) {
  if (!/\.(html|js|css|wasm|svg|webmanifest)$/.test(name) || name === "rebalance-lab.html") continue;
  const bytes = read(name);
  writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: name.endsWith(".wasm") ? 11 : 9 };
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(bytes, { params }));
}
