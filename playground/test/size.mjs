// Prints the compressed size of the module, and fails if it is too large: `node size.mjs SITE`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const LIMIT = 1.5 * 1024 * 1024;
const size = brotliCompressSync(readFileSync(join(process.argv[2], "dotpipe.wasm"))).length;
console.log(`dotpipe.wasm: ${size.toLocaleString("en")} bytes compressed, of at most ${LIMIT.toLocaleString("en")}`);
process.exitCode = size > LIMIT ? 1 : 0;
