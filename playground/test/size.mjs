// Prints the compressed size of the module, and fails if it has grown: `node size.mjs SITE`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

// The module of 2026-11-30, and 1 % more. The goal is 1.5 MiB.
const LIMIT = 1_627_400;
const GOAL = 1.5 * 1024 * 1024;
const size = brotliCompressSync(readFileSync(join(process.argv[2], "dotpipe.wasm"))).length;
const [found, limit, goal] = [size, LIMIT, GOAL].map((bytes) => bytes.toLocaleString("en"));
console.log(`dotpipe.wasm: ${found} bytes compressed, of at most ${limit}; the goal is ${goal}`);
process.exitCode = size > LIMIT ? 1 : 0;
