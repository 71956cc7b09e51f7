// The start of the page. The compiler is loaded first, and compiles the first files while the rest of the page is loaded.

import { Compiler } from "./compiler";
import { fromAddress, type Example } from "./link";

const compiler = new Compiler();

async function start(): Promise<void> {
  const page = import("./page");
  const examples = (await (await fetch("examples.json")).json()) as Example[];
  const opened = await fromAddress(examples);
  const { files, entry } = opened.state;
  const checked = compiler.ask("check", { files, entry });
  (await page).start(compiler, examples, opened, checked);
}

void start();
