// Prints the compressed size of the module, and fails if it is too large: `node size.mjs SITE`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

// The goal is 1.5 MiB: see docs/performance.md.
const LIMIT = 1_600_000;
const size = brotliCompressSync(readFileSync(join(process.argv[2], "dotpipe.wasm"))).length;
const [found, limit] = [size, LIMIT].map((bytes) => bytes.toLocaleString("en"));
console.log(`dotpipe.wasm: ${found} bytes compressed, of at most ${limit}`);
process.exitCode = size > LIMIT ? 1 : 0;
