// Lets a second visit work without a network. `cargo xtask dist` fills in the version, the files of the first load, and
// those that only Advise loads: they are kept, too, once the page asks for anything more than the first load.
// Pages come from the network while there is one, so that a new version is seen at once; everything else has its
// content in its name, and comes from the cache.
const VERSION = "{{VERSION}}";
const FILES = ["{{FILES}}"];
const LATER = ["{{LATER}}"];
const CACHE = `rebalance-lab-${VERSION}`;

addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([".", ...FILES.map((name) => `./${name}`)]);
    await skipWaiting();
  };
  event.waitUntil(fill());
});

addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("rebalance-lab-") && name !== CACHE).map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(clean());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) return;
  event.respondWith(request.mode === "navigate" ? fresh(request) : kept(request));
  event.waitUntil((later ??= keepLater()));
});

let later;
async function keepLater() {
  try {
    await Promise.all(LATER.map((name) => kept(new Request(`./${name}`))));
  } catch {
    // Without a network; the next request tries again.
    later = undefined;
  }
}

async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const found = (await cache.match(request, { ignoreSearch: true })) ?? (await cache.match("."));
    if (found) return found;
    throw error;
  }
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
