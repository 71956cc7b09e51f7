// Measures the page: `node keys.mjs SITE [EXAMPLE...]`. Prints the time until the first diagnostics, and for each example
// the time from a key to the diagnostics of the text with it, the processor time of a key (all threads of the page,
// including the output that follows), and the load of the machine. Then it types more keys and records what runs: the time
// until the compiler starts, and the processor time in the compiler and in V8, which optimizes the compiler meanwhile.

import { loadavg } from "node:os";

import { chromium } from "playwright-core";

import { serve } from "./server.mjs";

const [, , site, ...wanted] = process.argv;
const { address, close } = await serve(site);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/** Opens the page in a new profile; returns it, and the time from the request to the first diagnostics. */
async function open() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const root = () => document.documentElement;
    window.keyAt = 0;
    window.times = [];
    window.firstAt = 0;
    addEventListener("keydown", (event) => (window.keyAt = event.timeStamp), true);
    const note = () => {
      const now = performance.now();
      if (root()?.dataset.checked === undefined) return;
      window.firstAt ||= now;
      if (window.keyAt > 0) window.times.push(now - window.keyAt);
      window.keyAt = 0;
      window.noted();
    };
    window.noted = () => undefined;
    // Polling would delay what it waits for.
    window.until = (count) => new Promise((resolve) => {
      window.noted = () => window.times.length >= count && resolve();
      window.noted();
    });
    new MutationObserver(note).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-checked"] });
  });
  await page.goto(address);
  await page.waitForFunction(() => window.firstAt > 0);
  return { page, first: await page.evaluate(() => window.firstAt) };
}

const session = await browser.newBrowserCDPSession();
/** Returns the processor time of all pages, in milliseconds. */
async function processor() {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return 1000 * processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

const at = (times, share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
const sorted = (times) => [...times].sort((a, b) => a - b);

const firsts = [];
for (let i = 0; i < 5; i++) {
  const { page, first } = await open();
  firsts.push(first);
  await page.context().close();
}
console.log(`first diagnostics: ${at(sorted(firsts), 0.5)} ms (median of 5; at most ${at(sorted(firsts), 1)} ms)`);

const { page } = await open();
const examples = await page.locator("#examples option").evaluateAll((options) => options.map((option) => option.value));
const all = [];
const parts = [];

/** Types keys while the browser records its tasks, and returns what one of them takes, in milliseconds. */
async function recorded() {
  const keys = 20;
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "v8.wasm", "disabled-by-default-v8.wasm"] });
  for (let i = 0; i < keys; i++) {
    await page.keyboard.type("x");
    await page.waitForTimeout(80);
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threads = new Map(traceEvents.filter(({ name }) => name === "thread_name").map((it) => [`${it.pid} ${it.tid}`, it.args.name]));
  const tasks = traceEvents.filter(({ ph }) => ph === "X").map((it) => ({ ...it, thread: threads.get(`${it.pid} ${it.tid}`) }));
  const presses = tasks.filter((it) => it.name === "EventDispatch" && it.args.data?.type === "keydown");
  // The first request after a key is for diagnostics; completion is asked for later.
  const requests = tasks.filter((it) => it.name === "HandlePostMessage" && it.thread === "DedicatedWorker thread").sort((a, b) => a.ts - b.ts);
  const pairs = presses.map((press) => [press, requests.find(({ ts }) => ts > press.ts)]).filter(([, request]) => request !== undefined);
  const v8 = tasks.filter((it) => it.name === "wasm.TopTierCompilation").reduce((sum, { tdur = 0 }) => sum + tdur, 0);
  const middle = (times) => at(sorted(times.map((time) => time / 1000)), 0.5);
  const wait = middle(pairs.map(([press, request]) => request.ts - press.ts));
  const cost = middle(pairs.map(([, { tdur = 0 }]) => tdur));
  return `${wait} ms until the compiler starts, ${cost} ms of processor time in it, ${(v8 / 1000 / keys).toFixed(1)} ms in V8`;
}

for (const name of examples.filter((name) => !wanted.length || wanted.includes(name))) {
  await page.selectOption("#examples", name);
  await page.waitForTimeout(500);
  // The end of a line in the middle of what is visible.
  const lines = page.locator("#editor .cm-line");
  await lines.nth(Math.min(20, Math.floor((await lines.count()) / 2))).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" // ");
  await page.waitForTimeout(500);
  await page.evaluate(() => (window.times = []));
  const before = await processor();
  for (const key of "the quick brown fox jumps over the lazy dog") {
    const count = await page.evaluate(() => window.times.length);
    await page.keyboard.type(key);
    await page.evaluate((count) => window.until(count + 1), count);
    await page.waitForTimeout(60);
  }
  const cost = (await processor()) - before;
  const times = sorted(await page.evaluate(() => window.times));
  all.push(...times);
  parts.push([name, await recorded()]);
  console.log(`${name}: median ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms; ${(cost / times.length).toFixed(1)} ms of processor time`);
}
console.log(`all: median ${at(sorted(all), 0.5)} ms, p95 ${at(sorted(all), 0.95)} ms; load ${loadavg().map((load) => load.toFixed(1)).join(" ")}`);
for (const [name, part] of parts) console.log(`${name}: ${part}`);
await browser.close();
close();
