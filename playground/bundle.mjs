// Writes the page to a folder that contains `dotpipe.wasm`: `node bundle.mjs FOLDER`.

import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");
const site = process.argv[2];

const grammar = readFileSync(join(root, "grammar/pipe.pest"), "utf8");
const keywords = [...grammar.matchAll(/^kw_[^"]*"([^"]+)"/gm)].map(([, word]) => word);

// The files of an example that the compiler reads: text files of limited size.
function filesBelow(folder, from = folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "node_modules" ? [] : filesBelow(path, from);
    const text = name === "README.md" || name === "package-lock.json" ? null : readFileSync(path, "utf8");
    return text === null ? [] : [[relative(from, path).split(sep).join("/"), text]];
  });
}

const examples = readdirSync(join(root, "examples"))
  .map((name) => [name, join(root, "examples", name)])
  .filter(([, folder]) => statSync(folder).isDirectory())
  .map(([name, folder]) => {
    const title = readFileSync(join(folder, "README.md"), "utf8").match(/^# (.*)$/m)?.[1]?.replaceAll("`", "") ?? name;
    return { name, title, entry: "pipeline.pipe", files: Object.fromEntries(filesBelow(folder)) };
  });
// The simplest example is shown first.
examples.sort((a, b) => Number(b.name === "serverless-app") - Number(a.name === "serverless-app"));
writeFileSync(join(site, "examples.json"), JSON.stringify(examples));

// The pages of the diagnostic codes, which the module does not contain.
const explained = join(root, "src/diagnostic/explain");
const pages = readdirSync(explained).map((name) => [basename(name, ".md"), readFileSync(join(explained, name), "utf8")]);
writeFileSync(join(site, "explain.json"), JSON.stringify(Object.fromEntries(pages)));

// The parts of an earlier build have other names.
for (const file of readdirSync(site)) if (/^part-[A-Z0-9]+\.js$/.test(file)) rmSync(join(site, file));
for (const file of ["index.html", "style.css"]) copyFileSync(join(here, "web", file), join(site, file));
// `main.js` imports `page.js`, which is bundled separately.
const pageFile = {
  name: "page",
  setup: (bundle) => bundle.onResolve({ filter: /^\.\/page$/ }, () => ({ path: "./page.js", external: true })),
};
const common = { bundle: true, minify: true, target: "es2022", outdir: site, logLevel: "warning" };
const scripts = { ...common, format: "esm", define: { KEYWORDS: JSON.stringify(keywords) } };
// The start of the page is a file of its own. It loads the rest in parts, some of them on demand.
await build({ ...scripts, entryPoints: [join(here, "web/main.ts")], plugins: [pageFile] });
const { metafile } = await build({ ...scripts, entryPoints: [join(here, "web/page.ts")], splitting: true, chunkNames: "part-[hash]", metafile: true });
await build({ ...common, entryPoints: [join(here, "web/worker.ts")], format: "iife" });
const parts = Object.keys(metafile.outputs).map((path) => basename(path));
const kept = ["index.html", "style.css", "main.js", ...parts.sort(), "worker.js", "examples.json", "explain.json", "dotpipe.wasm"];
const hash = createHash("sha256");
for (const file of kept) hash.update(readFileSync(join(site, file)));
await build({
  ...common,
  entryPoints: [join(here, "web/offline.ts")],
  format: "iife",
  define: { FILES: JSON.stringify(["./", ...kept]), VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)) },
});
