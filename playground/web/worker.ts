// The compiler, outside the page's thread. If a request makes it fail, the instance is discarded, and the next request
// starts a new one.

import type { ToWorker } from "./protocol";

interface Exports {
  memory: WebAssembly.Memory;
  reserve(length: number): number;
  release(address: number, length: number): void;
  answer(address: number, length: number): bigint;
}

const loaded = WebAssembly.compileStreaming(fetch("dotpipe.wasm"));
let instance: Promise<Exports> | undefined;
let lastAsked = 0;

async function start(): Promise<Exports> {
  const { exports } = await WebAssembly.instantiate(await loaded, {});
  return exports as unknown as Exports;
}

function ask(compiler: Exports, question: string): string {
  const bytes = new TextEncoder().encode(question);
  const address = compiler.reserve(bytes.length);
  new Uint8Array(compiler.memory.buffer, address, bytes.length).set(bytes);
  const answer = BigInt.asUintN(64, compiler.answer(address, bytes.length));
  const [start, length] = [Number(answer >> 32n), Number(answer & 0xffffffffn)];
  const text = new TextDecoder().decode(new Uint8Array(compiler.memory.buffer, start, length));
  compiler.release(start, length);
  return text;
}

/** How long the warm-up takes altogether, and how long it waits after a request of the page, in milliseconds. */
const WARM_UP = 1500;
const REST = 300;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Answers requests in an instance of its own while the page has none. The browser optimizes functions that have run often, in
 * another thread and for all instances of a module. Without a warm-up, it would do so during the first keys, and delay them.
 */
async function warmUp(questions: string[]): Promise<void> {
  const compiler = await start();
  for (let turn = 0, spent = 0; spent < WARM_UP; turn++) {
    await pause(0);
    while (performance.now() - lastAsked < REST) await pause(REST);
    const begin = performance.now();
    ask(compiler, questions[turn % questions.length] ?? "");
    spent += performance.now() - begin;
  }
}

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ("warmUp" in data) return warmUp(data.warmUp).catch(() => undefined);
  const { id, question } = data;
  let answer: string;
  try {
    instance ??= start();
    answer = ask(await instance, question);
  } catch (error) {
    instance = undefined;
    answer = JSON.stringify({ error: `The compiler failed: ${String(error)}` });
  }
  lastAsked = performance.now();
  self.postMessage({ id, answer });
};
