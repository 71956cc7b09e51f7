// The pages of diagnostic codes. Their file is loaded when the first page is shown.

import type { Compiler } from "./compiler";

let loaded: Promise<Record<string, string>> | undefined;

async function load(): Promise<Record<string, string>> {
  const response = await fetch("explain.json");
  if (!response.ok) throw new Error(`explain.json: ${response.status}`);
  return (await response.json()) as Record<string, string>;
}

/** Returns the page of a code for readers; nothing where the text is no code. */
export async function pageOf(compiler: Compiler, code: string): Promise<HTMLElement | null> {
  if (!/^[EWI]\d{4}$/.test(code)) return null;
  loaded ??= load();
  try {
    const page = (await loaded)[code];
    if (page === undefined) return null;
    const [{ text }, { markdown }] = await Promise.all([compiler.ask("explain", { page }), import("./markdown")]);
    return text === null ? null : markdown(text);
  } catch (error) {
    // The next attempt loads the file again.
    loaded = undefined;
    throw error;
  }
}
