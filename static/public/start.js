// Starts the page. It is a file of its own because the content security policy admits no inline script.
const { js, wasm, wasmIntegrity, sw } = document.getElementById("start").dataset;

// The page is WebAssembly and can't import by itself. `name` is that of an attribute of this script's element.
window.importPart = (name) =>
  import(new URL(document.getElementById("start").dataset[name], document.baseURI));

try {
  // Relative to the page, not to this file: the site may lie under any path.
  const { default: init } = await import(new URL(js, document.baseURI));
  const options = wasmIntegrity ? { integrity: wasmIntegrity } : {};
  await init({ module_or_path: fetch(new URL(wasm, document.baseURI), options) });
} catch (error) {
  document.getElementById("start-failed").hidden = false;
  throw error;
}

// The one button that must work after a panic, when nothing of the app runs any more.
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-reload]")) location.reload();
});

// The built site works without a network from the second visit on; inside another page it leaves nothing behind.
if (sw && window.top === window && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(new URL(sw, document.baseURI)).catch(() => {
    // Switched off, or not a secure context: the site works as any other.
  });
}
