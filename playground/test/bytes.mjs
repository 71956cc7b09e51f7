// Compiles every example with the module and compares the outputs with those of the program: `node bytes.mjs SITE
// EXPECTED`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [, , site, expectedFile] = process.argv;
const examples = JSON.parse(readFileSync(join(site, "examples.json"), "utf8"));
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const { instance } = await WebAssembly.instantiate(readFileSync(join(site, "dotpipe.wasm")), {});
const compiler = instance.exports;

function ask(question) {
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  const address = compiler.reserve(bytes.length);
  new Uint8Array(compiler.memory.buffer, address, bytes.length).set(bytes);
  const answer = BigInt.asUintN(64, compiler.answer(address, bytes.length));
  const [start, length] = [Number(answer >> 32n), Number(answer & 0xffffffffn)];
  const text = new TextDecoder().decode(new Uint8Array(compiler.memory.buffer, start, length));
  compiler.release(start, length);
  return JSON.parse(text);
}

assert.deepEqual(examples.map(({ name }) => name).sort(), Object.keys(expected).sort());
for (const { name, files, entry } of examples) {
  const start = performance.now();
  const { findings, error } = ask({ ask: "check", files, entry });
  console.log(`${name}: ${(performance.now() - start).toFixed(1)} ms`);
  assert.equal(error, undefined, name);
  assert.deepEqual(findings.filter(({ severity }) => severity === "error"), [], name);
  const wanted = expected[name];
  assert.equal(ask({ ask: "template", notation: "yaml" }).text, wanted.template, `template of ${name}`);
  assert.equal(ask({ ask: "expansion" }).text, wanted.expansion, `expansion of ${name}`);
  for (const [pipeline, text] of Object.entries(wanted.definitions)) {
    const question = { ask: "definition", account: "111122223333", region: "eu-west-1", pipeline };
    assert.equal(ask(question).text, text, `definition of ${name}, ${pipeline}`);
  }
  assert.match(ask({ ask: "graph" }).svg, /^<svg/, name);
  assert.ok(ask({ ask: "roles" }).roles.length > 0, name);
}
console.log(`${examples.length} examples`);
