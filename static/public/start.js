// Starts the page. It is a file of its own because the content security policy admits no inline script.
const { js, wasm, wasmIntegrity, rest, restIntegrity, sw } = document.getElementById("start").dataset;
// Relative to the page, not to this file: the site may lie under any path.
const at = (name) => new URL(name, document.baseURI);
const checked = (integrity) => (integrity ? { integrity } : {});

// The page is WebAssembly and can't import by itself. `name` is that of an attribute of this script's element.
window.importPart = (name) => import(at(document.getElementById("start").dataset[name]));

// The WebAssembly of the built site is in two parts (`xtask/split.mjs`). The first shows Simulate as it is at a first
// visit; the rest comes as soon as the reader does anything, and whatever needs it sooner waits for it.
let first;
let isWhole = !rest;
let arriving;
let arrived;
const join = (module) => {
  if (isWhole || !first) return;
  isWhole = true;
  new WebAssembly.Instance(module, { first });
  first.rest_loaded.value = 1;
};
const fetchRest = async () => {
  const answer = await fetch(at(rest), checked(restIntegrity));
  if (!answer.ok) throw new Error(`${rest}: ${answer.status}`);
  arrived = await compiled(answer);
  join(arrived);
};
/** Compiled while it arrives, from hosts that name its type. */
const compiled = async (answer) =>
  answer.headers.get("content-type") === "application/wasm" ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer());
/** Begins to load the rest; after a failure the next one who asks tries again. */
const wantRest = () => isWhole || (arriving ??= fetchRest().catch(() => (arriving = undefined)));
window.lendToRest = (exports) => {
  first = exports;
  if (arrived) join(arrived);
};
/** The rest at once: a WebAssembly function can't wait in any other way. */
window.loadRest = () => {
  if (isWhole) return;
  if (arrived) return join(arrived);
  try {
    const request = new XMLHttpRequest();
    request.open("GET", at(rest), false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    join(new WebAssembly.Module(Uint8Array.from(request.responseText, (char) => char.charCodeAt(0) & 0xff)));
  } catch (error) {
    document.getElementById("part-failed").hidden = false;
    throw error;
  }
};

/** Whether the page opens with what its first part can show. */
const isPlain = () => {
  try {
    return /^(?:#\/(?:simulate(?:\?scenario=first(?:&t=\d+)?)?)?)?$/.test(location.hash) && localStorage.getItem("rebalance-lab.scenario") === null;
  } catch {
    return false;
  }
};

try {
  const bytes = fetch(at(wasm), checked(wasmIntegrity));
  // The workspace that needs it would ask for it a little later.
  if (/^#\/advise/.test(location.hash)) window.importPart("editor").catch(() => {});
  const [{ default: init }] = await Promise.all([import(at(js)), isPlain() || wantRest()]);
  await init({ module_or_path: bytes });
} catch (error) {
  document.getElementById("start-failed").hidden = false;
  throw error;
}
for (const sign of ["pointermove", "pointerdown", "touchstart", "wheel", "keydown"])
  addEventListener(sign, wantRest, { once: true, capture: true, passive: true });

// The one button that must work after a panic, when nothing of the app runs any more.
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-reload]")) location.reload();
});

// The built site works without a network from the second visit on; inside another page it leaves nothing behind.
if (sw && window.top === window && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(at(sw)).catch(() => {
    // Switched off, or not a secure context: the site works as any other.
  });
}
