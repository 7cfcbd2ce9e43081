// Bundles the editor of Advise into the folder that trunk is filling: `editor.js`, one file without dependencies.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const release = process.env.TRUNK_PROFILE === "release";

if (release) {
  // esbuild only takes the types away.
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const { status } = spawnSync(process.execPath, [tsc, "--project", here], { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

await build({
  entryPoints: [join(here, "index.ts")],
  outfile: join(process.env.TRUNK_STAGING_DIR ?? here, "editor.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: release,
  logLevel: "warning",
  banner: { js: "/* With CodeMirror and Lezer, (c) 2018 by Marijn Haverbeke and others, MIT license */" },
});
