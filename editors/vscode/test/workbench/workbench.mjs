// Uses the extension as a person would: node workbench.mjs URL FOLDER PICTURES
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [url, folder, pictures] = process.argv.slice(2);
fs.mkdirSync(pictures, { recursive: true });
let passed = 0;
let failed = 0;
function check(what, ok, detail = '') {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}${detail === '' ? '' : `: ${detail}`}`);
  if (ok) passed += 1; else failed += 1;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
const keyboard = page.keyboard;
const pause = ms => page.waitForTimeout(ms);
const lines = () => page.locator('.editor-instance .view-line');
const squiggles = kind => page.locator(`.editor-instance .squiggly-${kind}`);
// Below some height, nothing is visible.
const picture = (name, height = 720) => {
  const { width } = page.viewportSize();
  return page.screenshot({ path: path.join(pictures, `${name}.png`), clip: { x: 50, y: 0, width: width - 50, height } });
};

async function until(condition, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition().catch(() => undefined);
    if (value || Date.now() > end) return value;
    await pause(100);
  }
}

async function attempt(what, work) {
  try {
    await work();
  } catch (error) {
    check(what, false, String(error).split('\n')[0]);
    await picture(`failed-${what.replaceAll(' ', '-')}`);
  }
}

async function command(title) {
  await keyboard.press('F1');
  await page.waitForSelector('.quick-input-widget input');
  await keyboard.type(title);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

async function open(name) {
  await keyboard.press('Control+KeyP');
  await page.waitForSelector('.quick-input-widget input');
  await keyboard.type(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await page.waitForSelector('.editor-instance .view-line');
  await lines().first().click();
}

/** The text of the editor. Lines that are not in view are not part of the page, so it is saved first. */
async function saved(name) {
  await keyboard.press('Control+KeyS');
  await pause(300);
  return fs.readFileSync(path.join(folder, name), 'utf8');
}

/** Puts the cursor at the start of a text. */
async function find(text) {
  await keyboard.press('Control+Home');
  await keyboard.press('Control+KeyF');
  await page.waitForSelector('.find-widget.visible');
  await keyboard.press('Control+KeyA');
  await keyboard.type(text);
  await keyboard.press('Enter');
  await pause(200);
  await keyboard.press('Escape');
  await pause(200);
  await keyboard.press('ArrowLeft');
}

async function suggestions() {
  await page.waitForSelector('.suggest-widget.visible .monaco-list-row', { timeout: 15_000 });
  return await page.locator('.suggest-widget.visible .monaco-list-row').allInnerTexts();
}

/** The view of the graph: a frame within a frame. */
async function graph() {
  return await until(async () => {
    for (const frame of page.frames()) {
      if (await frame.locator('#drawing svg').count().catch(() => 0)) return frame;
    }
    return undefined;
  });
}

await page.goto(url);
await page.waitForSelector('.monaco-workbench', { timeout: 60_000 });
await pause(2500);
await keyboard.press('Control+KeyB');

await attempt('a pipeline from nothing', async () => {
  await open('site.pipe');
  check('language', Boolean(await until(async () => (await page.locator('.statusbar-item').allInnerTexts()).some(text => /Pipe/.test(text)))));
  // The editor inserts closing braces.
  for (const text of ['pipeline Site {', 'stage Source {', 'source s3 Fetch -> Pages {']) {
    await keyboard.type(text, { delay: 15 });
    await keyboard.press('Enter');
  }
  await keyboard.type('buck', { delay: 40 });
  const offered = await suggestions();
  check('completion offers attributes', offered.some(text => text.startsWith('bucket')), offered.slice(0, 4).join(' | '));
  await pause(600);
  await picture('completion', 260);
  await keyboard.press('Escape');
  await keyboard.type('et = "my-pages"', { delay: 15 });
  await keyboard.press('Enter');
  await keyboard.type('key = "site.zip"', { delay: 15 });
  await keyboard.press('Escape');
  for (let level = 0; level < 2; level += 1) {
    await keyboard.press('ArrowDown');
    await keyboard.press('End');
  }
  await keyboard.press('Enter');
  await keyboard.type('stage Publish {', { delay: 15 });
  await keyboard.press('Escape');
  await keyboard.press('Enter');
  await keyboard.type('deploy s3 Upload from Pages { bucket = "my-site", extract = true ', { delay: 25 });
  await pause(900);
  await keyboard.press('Escape');
  await page.waitForSelector('.editor-instance .codelens-decoration a');
  await pause(600);
  await picture('typed', 300);
  const text = await saved('site.pipe');
  check('the pipeline is typed', text.includes('deploy s3 Upload from Pages { bucket = "my-site", extract = true }'), JSON.stringify(text));
  check('it has no errors', await until(async () => (await squiggles('error').count()) === 0));
});

await attempt('a typing mistake', async () => {
  await open('pipeline.pipe');
  await pause(1500);
  await find('repository = ');
  for (let letter = 0; letter < 8; letter += 1) await keyboard.press('ArrowRight');
  await keyboard.press('Backspace');
  const start = Date.now();
  await squiggles('error').first().waitFor({ timeout: 15_000 });
  check('a typing mistake is underlined', true, `${Date.now() - start} ms after the key`);
  await keyboard.press('Control+Period');
  await page.waitForSelector('.action-widget .monaco-list-row', { timeout: 15_000 });
  await pause(400);
  await picture('quick-fix', 330);
  await keyboard.press('Enter');
  check('the fix is applied', await until(async () => (await squiggles('error').count()) === 0));
  check('the text is right again', (await saved('pipeline.pipe')).includes('repository = "my-app"'));
});

await attempt('formatting', async () => {
  await find('repository = ');
  for (let letter = 0; letter < 12; letter += 1) await keyboard.press('ArrowRight');
  await keyboard.type('    ');
  check('spaces are typed', (await saved('pipeline.pipe')).includes('repository =     "my-app"'));
  await command('Format Document');
  check('the file is formatted', await until(async () => (await saved('pipeline.pipe')).includes('repository = "my-app"')));
});

await attempt('a missing permission', async () => {
  await find('allow write');
  await keyboard.press('Control+Shift+KeyK');
  const found = squiggles('warning').or(squiggles('error'));
  await found.first().waitFor({ timeout: 15_000 });
  await keyboard.press('Control+Home');
  await keyboard.press('F8');
  await pause(1200);
  await picture('permission');
  await keyboard.press('Escape');
  await keyboard.press('Control+Period');
  await page.waitForSelector('.action-widget .monaco-list-row', { timeout: 15_000 });
  await pause(300);
  await keyboard.press('Enter');
  check('the permission is added', await until(async () => (await saved('pipeline.pipe')).includes('allow write on Packages')));
  check('it has no errors then', await until(async () => (await squiggles('error').count()) === 0));
});

await attempt('hover', async () => {
  await find('MyAppBuilder {');
  await keyboard.press('Control+KeyK');
  await keyboard.press('Control+KeyI');
  const hover = await until(async () => {
    const texts = await page.locator('.monaco-hover:visible').allInnerTexts();
    return texts.find(text => text.includes('s3:PutObject'));
  });
  check('hover shows the role', Boolean(hover), String(hover).split('\n')[0]);
  await pause(300);
  await picture('hover', 520);
  await keyboard.press('Escape');
});

await attempt('graph', async () => {
  await find('build codebuild');
  await command('Open Graph to the Side');
  const frame = await graph();
  check('the graph is drawn', Boolean(frame));
  const build = frame.locator('.action.build');
  check('it follows the cursor', await until(async () => /\bcursor\b/.test(await build.getAttribute('class'))));
  await page.setViewportSize({ width: 1400, height: 720 });
  await pause(1500);
  await picture('graph', 520);
  await page.setViewportSize({ width: 1100, height: 720 });
  await frame.locator('.action.deploy').first().click();
  const line = await until(async () => {
    const texts = await page.locator('.statusbar-item').allInnerTexts();
    const line = fs.readFileSync(path.join(folder, 'pipeline.pipe'), 'utf8').split('\n').findIndex(it => it.includes('deploy stack'));
    return texts.find(text => text.includes(`Ln ${line + 1},`));
  });
  check('a click leads to the line', Boolean(line), line);
  await find('stage Build');
  for (let letter = 0; letter < 11; letter += 1) await keyboard.press('ArrowRight');
  await keyboard.type('s');
  check('it follows the text', await until(async () => (await frame.locator('#drawing .name').allTextContents()).includes('Builds')));
  await keyboard.press('Control+KeyZ');
});

await attempt('preview', async () => {
  await command('Preview Template');
  const shown = await until(async () => (await lines().allInnerTexts()).some(text => text.includes('AWSTemplateFormatVersion')));
  check('the template is shown', Boolean(shown));
  await picture('template', 520);
});

await attempt('server', async () => {
  await page.locator('.editor-instance .view-line', { hasText: 'pipeline' }).first().click();
  await command('dotpipe: Restart Language Server');
  await pause(2500);
  await find('repository = ');
  for (let letter = 0; letter < 8; letter += 1) await keyboard.press('ArrowRight');
  await keyboard.press('Backspace');
  await squiggles('error').first().waitFor({ timeout: 15_000 });
  check('it starts again', true);
});

await attempt('no program', async () => {
  const settings = path.join(folder, '../data/Machine/settings.json');
  const before = fs.readFileSync(settings, 'utf8');
  fs.writeFileSync(settings, '{ "dotpipe.path": "/nowhere/dotpipe" }');
  const said = page.locator('.notification-toast', { hasText: 'The dotpipe program was not found' });
  check('a missing program is said', Boolean(await until(async () => (await said.count()) > 0)));
  fs.writeFileSync(settings, before);
  check('another path is used at once', Boolean(await until(async () => (await squiggles('error').count()) > 0)));
});

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
