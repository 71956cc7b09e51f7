// The page: files on the left, outputs on the right.

import { pageOf } from "./codes";
import type { Compiler } from "./compiler";
import { Editor, languageOf } from "./editor";
import { encode, fromAddress, type Example, type Opened, type Shared } from "./link";
import { OUTPUTS, Output } from "./output";
import { Problems, summaryOf } from "./problems";
import type { Answers, Change, Files, Finding, Place } from "./protocol";
import { Tabs } from "./tabs";

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** The output is built when no key has been pressed for this long, in milliseconds, so that it delays no diagnostics. */
const PAUSE = 100;

let compiler: Compiler;
let editor: Editor;
let output: Output;
let problems: Problems;
let fileTabs: Tabs;
let outputTabs: Tabs;
let files: Files = {};
let entry = "pipeline.pipe";
let current = entry;
let tab = "template";
let findings: Finding[] = [];
let pipelines = "";

/** Shows a file. */
function open(path: string): void {
  if (!(path in files)) return;
  current = path;
  editor.show(path, files[path] ?? "");
  editor.mark(findings);
  const paths = [entry, ...Object.keys(files).filter((it) => it !== entry).sort()];
  fileTabs.show(paths.map((path) => ({ id: path, title: path })), current);
  find<HTMLButtonElement>("remove").disabled = path === entry;
}

function go(place: Place): void {
  if (!(place.path in files)) return;
  if (place.path !== current) open(place.path);
  editor.select(place);
}

/** Starts with other files, which may have been checked already. */
function load(state: Shared, checked?: Promise<Answers["check"]>): void {
  files = { ...state.files };
  entry = state.entry;
  findings = [];
  editor.reset();
  open(entry);
  void check(checked);
}

/** Makes the changes of a fix, from the end of each file to its start. */
function apply(changes: Change[]): void {
  for (const path of new Set(changes.map((change) => change.path))) {
    let text = files[path];
    if (text === undefined) continue;
    const here = changes.filter((change) => change.path === path).sort((a, b) => b.from - a.from);
    for (const { from, to, insert } of here) text = text.slice(0, from) + insert + text.slice(to);
    files[path] = text;
    if (path === current) editor.replace(text);
  }
  void check();
}

let isChecking = false;
let isOutdated = false;
let pause: ReturnType<typeof setTimeout> | undefined;

/** Checks the files as they are now; what is typed meanwhile is checked once, afterwards. */
async function check(checked?: Promise<Answers["check"]>): Promise<void> {
  isOutdated = true;
  clearTimeout(pause);
  if (isChecking) return;
  isChecking = true;
  while (isOutdated) {
    isOutdated = false;
    const start = performance.now();
    try {
      const answer = await (checked ?? compiler.ask("check", { files, entry }));
      checked = undefined;
      if (isOutdated) continue;
      showFindings(answer.findings);
      showPipelines(answer.pipelines);
      document.documentElement.dataset.checked = String(Math.round((performance.now() - start) * 10) / 10);
    } catch (error) {
      checked = undefined;
      find("status").textContent = String(error instanceof Error ? error.message : error);
    }
  }
  isChecking = false;
  pause = setTimeout(() => output.show(tab, options()).catch(() => undefined), PAUSE);
}

function options(): { account: string; region: string; pipeline: string | null } {
  const pipeline = find<HTMLSelectElement>("pipeline").value;
  const of = (id: string) => find<HTMLInputElement>(id).value;
  return { account: of("account"), region: of("region"), pipeline: pipeline === "" ? null : pipeline };
}

function showPipelines(names: string[]): void {
  if (pipelines === names.join("\n")) return;
  pipelines = names.join("\n");
  const select = find<HTMLSelectElement>("pipeline");
  const chosen = names.includes(select.value) ? select.value : (names[0] ?? "");
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  find("which").hidden = names.length < 2;
}

function showOutput(): void {
  outputTabs.show(OUTPUTS, tab);
  find("options").hidden = tab !== "definition";
  output.show(tab, options()).catch(() => undefined);
}

/** Shows findings. What stays the same is left alone: it would be laid out, and read out by screen readers, after each key. */
function showFindings(found: Finding[]): void {
  findings = found;
  editor.mark(findings);
  problems.show(findings, files);
  const status = find("status");
  const summary = summaryOf(findings);
  if (status.textContent !== summary) status.textContent = summary;
}

async function explain(code: string): Promise<void> {
  const dialog = find<HTMLDialogElement>("page");
  const page = await pageOf(compiler, code).catch(() => `The page of ${code} cannot be loaded.`);
  dialog.ariaLabel = code;
  dialog.querySelector("article")?.replaceChildren(page ?? "");
  dialog.showModal();
}

async function share(): Promise<void> {
  location.hash = `s=${await encode({ files, entry })}`;
  try {
    await navigator.clipboard.writeText(location.href);
    find("status").textContent = "The link is in the clipboard";
  } catch {
    find("status").textContent = "The link is in the address bar";
  }
}

/** Starts the page with what its address asks for, which is being checked. */
export function start(used: Compiler, examples: Example[], opened: Opened, checked: Promise<Answers["check"]>): void {
  compiler = used;
  editor = new Editor(find("editor"), compiler, {
    changed(path, text) {
      files[path] = text;
      void check();
    },
    apply,
    explain,
    go,
  });
  output = new Output(find("output"), compiler, go);
  problems = new Problems(find("problems"), { apply, explain, go });
  fileTabs = new Tabs(find("files"), find("editor"), open);
  outputTabs = new Tabs(find("outputs"), find("output"), (id) => {
    tab = id;
    showOutput();
  });
  const select = find<HTMLSelectElement>("examples");
  select.append(...examples.map(({ name, title }) => new Option(title, name)));
  select.addEventListener("change", () => {
    const chosen = examples.find((it) => it.name === select.value);
    if (chosen) load(chosen);
  });
  const show = ({ state, example, isInvalid }: Opened, checked?: Promise<Answers["check"]>): void => {
    if (isInvalid) find("status").textContent = "The link holds no files";
    select.value = example;
    load(state, checked);
  };
  window.addEventListener("hashchange", (event) => {
    // `share` also changes the hash, for files that are already open.
    if (event.newURL !== shared) void fromAddress(examples).then(show);
  });
  let shared = "";
  find("share").addEventListener("click", () => void share().then(() => (shared = location.href)));
  find("format").addEventListener("click", () => {
    void compiler.ask("format", { path: current }).then(({ text }) => {
      if (text !== null && current.endsWith(".pipe")) editor.replace(text);
    });
  });
  find("add").addEventListener("click", () => {
    const path = prompt("Path of the new file", "buildspec.yml")?.trim();
    if (!path || path.startsWith("/") || path.split("/").includes("..")) return;
    files[path] ??= "";
    open(path);
    void check();
  });
  find("remove").addEventListener("click", () => {
    if (current === entry) return;
    delete files[current];
    editor.forget(current);
    open(entry);
    void check();
  });
  for (const id of ["account", "region", "pipeline"]) find(id).addEventListener("input", showOutput);
  outputTabs.show(OUTPUTS, tab);
  show(opened, checked);
  void checked.catch(() => undefined).then(() => prepare(examples));
}

/** What can wait until the first diagnostics: the parts that are needed on demand, the warm-up, and the copies for offline use. */
function prepare(examples: Example[]): void {
  compiler.warmUp([{ files, entry }, ...examples].map(({ files, entry }) => ({ files, entry })));
  void Promise.all(["a.yaml", "a.json"].map(languageOf));
  void import("./markdown");
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("offline.js");
}
