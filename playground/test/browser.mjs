// Uses the page as a visitor does: `node browser.mjs SITE [FOLDER FOR SCREENSHOTS]`. Prints times, and `done` at the
// end.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { serve } from "./server.mjs";

const [, , site, pictures] = process.argv;
const highlight = new URL("../../site/highlight-pipe.js", import.meta.url).pathname;
// A documentation page as written by mdBook: a pipeline, an example, and a part of a pipeline.
const example = JSON.parse(readFileSync(join(site, "examples.json"), "utf8"))[0];
const block = (text) => `<pre><code class="language-pipe">${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</code></pre>`;
const docs = `<!doctype html><body>${block("// by itself\npipeline Alone {\n}\n")}${block(example.files[example.entry])}${block("stage A {\n}\n")}
  <script>var path_to_root = "";</script><script src="highlight-pipe.js"></script></body>`;
const { address, close } = await serve(site, { "/docs.html": { text: docs }, "/highlight-pipe.js": { file: highlight } });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
const failures = [];
page.on("pageerror", (error) => failures.push(String(error)));
page.on("console", (message) => message.type() === "error" && failures.push(message.text()));

const status = (text) => page.waitForFunction((text) => document.getElementById("status").textContent === text, text);
// Waits until the page shows the compiler's response, however long that takes on this machine.
const shows = async (selector, pattern) => {
  const wanted = [selector, pattern.source, pattern.flags];
  const isThere = ([selector, source, flags]) => new RegExp(source, flags).test(document.querySelector(selector)?.innerText ?? "");
  await page.waitForFunction(isThere, wanted).catch(async (error) => {
    throw new Error(`${selector} does not show ${pattern}: ${await page.locator(selector).innerText()}`, { cause: error });
  });
};
const text = () => page.evaluate(() => document.querySelector("#editor .cm-content").innerText);

const start = performance.now();
await page.goto(address);
await page.waitForFunction(() => document.documentElement.dataset.checked !== undefined);
console.log(`first diagnostics after ${Math.round(performance.now() - start)} ms`);
await shows("#output", /AWSTemplateFormatVersion/);
assert.match(await page.locator("#problems").innerText(), /^(?!.*error)/s);

// An error, its explanation, and its fix.
await page.locator("#editor .cm-line", { hasText: "build codebuild Package from MyApp" }).click();
await page.keyboard.press("End");
for (let i = 0; i < " -> MyAppBuild {".length; i++) await page.keyboard.press("ArrowLeft");
await page.keyboard.press("Backspace");
await page.locator("#problems .error").first().waitFor();
await shows("#problems", /MyAp/);
await shows("#output", /^Nothing is built while there are errors\.$/);
await page.locator("#problems .fix", { hasText: /^E\d+$/ }).first().click();
await shows("dialog article", /E0201/);
await page.keyboard.press("Escape");
// What is typed above moves the error: its element stays, and its fix is still correct. A character replaces the selection,
// and brackets are closed.
const shown = await page.locator("#problems li").first().elementHandle();
await page.locator("#editor .cm-line").first().click();
await page.keyboard.press("End");
await page.keyboard.type(" more");
await page.keyboard.press("Control+Shift+ArrowLeft");
await page.evaluate(() => delete document.documentElement.dataset.checked);
await page.keyboard.type("é(");
await page.waitForFunction(() => document.documentElement.dataset.checked !== undefined);
assert.match(await text(), /"my-app"\. é\(\)$/m);
assert.ok(await shown.evaluate((element) => element.isConnected));
await page.locator("#problems .fix", { hasText: "Fix" }).first().click();
await page.waitForFunction(() => !/error/.test(document.getElementById("status").textContent));
assert.match(await text(), /from MyApp ->/);

// The time from a keystroke to the diagnostics.
const times = [];
await page.locator("#editor .cm-line", { hasText: 'branch     = "main"' }).click();
await page.keyboard.press("End");
await page.keyboard.press("ArrowLeft");
for (let i = 0; i < 20; i++) {
  await page.evaluate(() => delete document.documentElement.dataset.checked);
  await page.keyboard.type("x");
  await page.waitForFunction(() => document.documentElement.dataset.checked !== undefined, undefined, { polling: 1 });
  times.push(Number(await page.evaluate(() => document.documentElement.dataset.checked)));
}
times.sort((a, b) => a - b);
console.log(`a key: ${times[10]} ms (median of 20; at most ${times[19]} ms)`);
for (let i = 0; i < 20; i++) await page.keyboard.press("Backspace");

// Completion: an attribute of a source, inserted by keyboard.
await page.keyboard.press("End");
await page.keyboard.press("Enter");
await page.keyboard.type("clo");
await page.locator(".cm-tooltip-autocomplete li", { hasText: "clone" }).waitFor();
await page.waitForTimeout(100);
await page.keyboard.press("Enter");
await page.waitForFunction(() => /clone\s*=/.test(document.querySelector("#editor .cm-content").innerText));
await page.keyboard.press("Control+z");
await page.keyboard.press("Control+z");

// Hover.
await page.locator("#editor .cm-line", { hasText: "repository = " }).locator("span", { hasText: "repository" }).hover();
await page.locator(".cm-tooltip .hover").waitFor();
await shows(".cm-tooltip .hover", /RepositoryName/);
await page.mouse.move(0, 0);

// Every example and each of its outputs.
const examples = await page.locator("#examples option").evaluateAll((options) => options.map((option) => option.value));
assert.ok(examples.length >= 9);
for (const name of examples) {
  await page.evaluate(() => delete document.documentElement.dataset.checked);
  await page.selectOption("#examples", name);
  await page.waitForFunction(() => document.documentElement.dataset.checked !== undefined);
  for (const [tab, wanted] of [["Template", /Resources/], ["JSON", /"roleArn"/], ["Expansion", /pipeline /], ["Roles", /s3:/]]) {
    await page.getByRole("tab", { name: tab, exact: true }).click();
    await shows("#output", wanted);
  }
  await page.getByRole("tab", { name: "Graph", exact: true }).click();
  await page.locator("#output svg").waitFor();
}

// A click in the graph opens the statement.
await page.selectOption("#examples", "serverless-app");
await page.locator("#output svg", { hasText: "MyAppBuild" }).waitFor();
const selects = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.getSelection().toString()), pattern.source);
await page.locator("#output svg [data-place]", { hasText: "Package" }).last().click();
await selects(/^build codebuild Package/);
// By keyboard, too; the statement stays as it is.
await page.getByRole("link", { name: "Deploy", exact: true }).focus();
await page.keyboard.press("Enter");
await selects(/^stage Deploy/);
await page.locator("#output svg", { hasText: "MyAppBuild" }).waitFor();

// The page of a code in a comment.
await page.locator("#editor .cm-line").first().click();
await page.keyboard.press("Home");
await page.keyboard.type("// see E0201 ");
await page.locator("#editor .cm-line").first().hover({ position: { x: 75, y: 8 } });
await shows(".cm-tooltip .hover", /E0201/);
await page.mouse.move(0, 0);
for (let i = 0; i < "// see E0201 ".length; i++) await page.keyboard.press("Backspace");

// Other files: errors in the buildspec are shown there.
await page.getByRole("tab", { name: "buildspec.yml" }).click();
await page.locator("#editor .cm-line", { hasText: "version: 0.2" }).click();
await page.keyboard.press("End");
await page.keyboard.press("Backspace");
await page.keyboard.type("9");
await page.locator("#problems", { hasText: "buildspec.yml:" }).waitFor();
await page.keyboard.press("Backspace");
await page.keyboard.type("2");

// A link contains the complete state.
await page.getByRole("tab", { name: "pipeline.pipe" }).click();
await page.locator("#editor .cm-line").first().click();
await page.keyboard.press("Home");
await page.keyboard.type("// shared é𝄞\n");
await page.getByRole("button", { name: "Copy link" }).click();
await page.waitForFunction(() => location.hash.startsWith("#s="));
const link = page.url();
const visitor = await context.newPage();
await visitor.goto(link);
await visitor.locator("#editor .cm-line", { hasText: "// shared é𝄞" }).waitFor();

// Pipelines of the documentation open in the playground.
await visitor.goto(`${address}docs.html`);
await visitor.locator(".open-in-playground").nth(1).waitFor();
assert.equal(await visitor.locator(".open-in-playground").count(), 2);
await visitor.locator(".open-in-playground").first().click();
await visitor.locator("#editor .cm-line", { hasText: "// by itself" }).waitFor();
await visitor.goBack();
await visitor.locator(".open-in-playground").nth(1).click();
await visitor.getByRole("tab", { name: "buildspec.yml" }).waitFor();
await visitor.close();

// Only the keyboard: it can reach the tabs and switch between them.
await page.getByRole("tab", { name: "Graph", exact: true }).focus();
await page.keyboard.press("Home");
assert.equal(await page.evaluate(() => document.activeElement.textContent), "Template");
await page.keyboard.press("ArrowRight");
assert.equal(await page.evaluate(() => document.activeElement.textContent), "JSON");
await page.locator("#account").waitFor();

// Checks the names and roles required by assistive technology, and contrasts, with axe.
const client = await context.newCDPSession(page);
await client.send("Page.setBypassCSP", { enabled: true });
await page.reload();
await page.waitForFunction(() => document.documentElement.dataset.checked !== undefined);
for (const scheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.addScriptTag({ content: readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8") });
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${scheme}: ${id}: ${nodes.map((node) => node.target).join(" ")}`), []);
}
await page.emulateMedia({ colorScheme: "light" });

// Offline.
await page.evaluate(() => navigator.serviceWorker.ready);
await page.goto(address);
await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
await context.setOffline(true);
await close();
await page.reload();
await page.waitForFunction(() => document.documentElement.dataset.checked !== undefined);
await shows("#output", /AWSTemplateFormatVersion/);

// Three widths: nothing is cut off.
for (const [name, width, height] of [["phone", 390, 844], ["tablet", 820, 1180], ["desktop", 1440, 900]]) {
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(200);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} pixels beyond the right edge`);
  for (const scheme of pictures ? ["light", "dark"] : []) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: join(pictures, `${name}-${scheme}.png`), fullPage: width < 800 });
  }
}
assert.deepEqual(failures.filter((text) => !/Content Security Policy|ERR_INTERNET|Failed to fetch/.test(text)), []);
await browser.close();
console.log("done");
