import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../../../dist", import.meta.url));

/** The site lies below a path, as on a project page: an absolute address in it would fail. */
const mount = "/some/path/";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

export interface Site {
  /** The address of the page, with a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/** Serves dist/ on a free port of 127.0.0.1, files only, as a plain static host does. */
export async function serveSite(): Promise<Site> {
  if (!existsSync(join(dist, "index.html"))) {
    throw new Error("there is no build in dist/; `cargo xtask dist` makes it");
  }
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname.startsWith(mount) ? decodeURIComponent(pathname.slice(mount.length)) : "..";
    const file = normalize(join(dist, path || "index.html"));
    try {
      if (!file.startsWith(dist + sep)) throw new Error("outside of the site");
      const body = await readFile(file);
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${mount}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
