// The messages between the page and the compiler: see `src/browser.rs`.

export interface Place {
  path: string;
  from: number;
  to: number;
}

export interface Label extends Place {
  text: string;
}

export interface Change extends Place {
  insert: string;
}

export interface Finding {
  code: string;
  severity: "error" | "warning" | "info";
  message: string;
  primary: Label;
  secondary: Label[];
  notes: string[];
  help: string | null;
  changes: Change[];
}

export interface Item {
  label: string;
  kind: string;
  detail: string;
  doc: string;
  snippet: string;
}

export interface Answers {
  check: { findings: Finding[]; pipelines: string[] };
  template: { text: string | null };
  definition: { text: string | null };
  expansion: { text: string | null };
  roles: { roles: { name: string; text: string }[] };
  graph: { svg: string | null; places: (Place & { id: string })[] };
  complete: { from: number; to: number; items: Item[] };
  hover: { text: string | null; place: Place | null };
  declaration: { places: Place[] };
  format: { text: string | null };
  explain: { text: string | null };
}

export type Files = Record<string, string>;

export interface Questions {
  check: { files: Files; entry: string };
  template: { notation: "yaml" | "json" };
  definition: { account: string; region: string; pipeline: string | null };
  expansion: object;
  roles: object;
  graph: object;
  complete: { path: string; offset: number };
  hover: { path: string; offset: number };
  declaration: { path: string; offset: number };
  format: { path: string };
  explain: { page: string };
}

export type Ask = keyof Questions;

/** A message to the worker: a request, or requests whose responses are discarded. */
export type ToWorker = { id: number; question: string } | { warmUp: string[] };
