// Prints the compressed size of the module, and fails if it is too large: `node size.mjs SITE`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

// 1.5 MiB, the goal of docs/performance.md.
const LIMIT = 1_572_864;
const size = brotliCompressSync(readFileSync(join(process.argv[2], "dotpipe.wasm"))).length;
const [found, limit] = [size, LIMIT].map((bytes) => bytes.toLocaleString("en"));
console.log(`dotpipe.wasm: ${found} bytes compressed, of at most ${limit}`);
process.exitCode = size > LIMIT ? 1 : 0;
