// Bundles src/ into the folder given, or ../static/dist. Same sources, same bytes.
import { build } from "esbuild";
import { rm } from "node:fs/promises";

const outdir = process.argv[2] ?? "../static/dist";

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: ["app", "form", "bpmn-viewer"].map((name) => `src/${name}.js`),
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "linked",
  loader: { ".woff": "dataurl", ".woff2": "dataurl", ".svg": "dataurl", ".eot": "empty", ".ttf": "empty" },
  logLevel: "warning",
});
