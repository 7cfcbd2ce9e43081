import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A page on another origin that embeds runs, under a policy that admits nothing but the lab. */
export async function serveHost(lab: string): Promise<{ url: string; close(): Promise<void> }> {
  const origin = new URL(lab).origin;
  const policy = `default-src 'none'; script-src ${origin}; frame-src ${origin}`;
  const page = `<!doctype html><html lang="en"><title>Examples</title>
<script src="${lab}embed.js"></script>
<h1>Runs inside another page</h1>
<rebalance-lab id="one" scenario="crash" time="9000" theme="dark"></rebalance-lab>
<rebalance-lab id="two" src="${lab}#/simulate?scenario=eager-join&amp;t=3600" height="500"></rebalance-lab>
<p id="far"></p>
<rebalance-lab id="three" scenario="first-start"></rebalance-lab>
<iframe id="plain" title="Plain" width="800" height="600" src="${lab}#/embed/simulate?scenario=static-restart&amp;t=4000"></iframe>`;
  const server = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }).end(page),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
