// The compiler, outside the page's thread. If a request makes it fail, the instance is discarded, and the next request
// starts a new one.

interface Exports {
  memory: WebAssembly.Memory;
  reserve(length: number): number;
  release(address: number, length: number): void;
  answer(address: number, length: number): bigint;
}

const loaded = WebAssembly.compileStreaming(fetch("dotpipe.wasm"));
let instance: Promise<Exports> | undefined;

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

self.onmessage = async (event: MessageEvent<{ id: number; question: string }>) => {
  const { id, question } = event.data;
  let answer: string;
  try {
    instance ??= start();
    answer = ask(await instance, question);
  } catch (error) {
    instance = undefined;
    answer = JSON.stringify({ error: `The compiler failed: ${String(error)}` });
  }
  self.postMessage({ id, answer });
};
