// The editor of the files: diagnostics, completion, hover, and definitions are provided by the compiler.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, snippet, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { forEachDiagnostic, lintGutter, lintKeymap, setDiagnostics, type Action, type Diagnostic } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, hoverTooltip, keymap, lineNumbers, type Tooltip } from "@codemirror/view";

import { pageOf } from "./codes";
import type { Compiler } from "./compiler";
import { highlighting, pipe } from "./language";
import type { Change, Finding, Place } from "./protocol";
import { typing } from "./typing";

export interface EditorEvents {
  changed(path: string, text: string): void;
  apply(changes: Change[]): void;
  explain(code: string): void;
  go(place: Place): void;
}

/** A snippet of the compiler, `${1:text}` and `\\$`, as CodeMirror writes it: `#{1:text}`, and `\\{` for a brace. */
export function template(text: string): string {
  const piece = /\\(.)|\$\{(\d+)(?::((?:[^\\}]|\\.)*))?\}|\$(\d+)|([{}])/gs;
  const braces = (text: string) => text.replaceAll(/[{}]/g, "\\$&");
  return text.replaceAll(piece, (_, escaped?: string, number?: string, inner?: string, bare?: string, brace?: string) => {
    if (escaped !== undefined) return braces(escaped);
    if (brace !== undefined) return braces(brace);
    const name = (inner ?? "").replaceAll(/\\(.)/gs, "$1");
    return /[{}]/.test(name) ? braces(name) : `#{${number ?? bare}${name ? `:${name}` : ""}}`;
  });
}

/** Highlighting by the ending of a path. Only that of `.pipe` files is loaded from the start. */
export async function languageOf(path: string): Promise<Extension> {
  if (path.endsWith(".pipe")) return pipe;
  if (/\.ya?ml$/.test(path)) return (await import("@codemirror/lang-yaml")).yaml();
  if (path.endsWith(".json")) return (await import("@codemirror/lang-json")).json();
  return [];
}

/** Replaces what differs from the text that is shown: the rest keeps its highlighting and its place. */
export function replaceText(view: EditorView, text: string): void {
  const old = view.state.doc.toString();
  if (old === text) return;
  let from = 0;
  while (from < old.length && from < text.length && old[from] === text[from]) from++;
  let end = 0;
  while (end < old.length - from && end < text.length - from && old.at(-1 - end) === text.at(-1 - end)) end++;
  view.dispatch({ changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) } });
}

/** Whether a state shows exactly these diagnostics: it moves them with the text. */
function isShown(state: EditorState, wanted: Diagnostic[]): boolean {
  const key = (from: number, to: number, { source, message, actions }: Diagnostic) => JSON.stringify([from, to, source, message, actions?.length]);
  const shown: string[] = [];
  forEachDiagnostic(state, (diagnostic, from, to) => shown.push(key(from, to, diagnostic)));
  const missing = wanted.map((diagnostic) => key(diagnostic.from, diagnostic.to, diagnostic)).sort();
  return shown.length === missing.length && shown.sort().every((it, index) => it === missing[index]);
}

export class Editor {
  readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private readonly language = new Compartment();
  private path = "";
  private marked: Finding[] = [];

  constructor(
    parent: HTMLElement,
    private readonly compiler: Compiler,
    private readonly events: EditorEvents,
  ) {
    this.view = new EditorView({
      parent,
      dispatchTransactions: (transactions, view) => {
        // The compiler starts before the view shows the change, and works meanwhile.
        if (transactions.some((it) => it.docChanged)) this.events.changed(this.path, transactions.at(-1)?.newDoc.toString() ?? "");
        view.update(transactions);
      },
    });
  }

  /** Forgets all files. */
  reset(): void {
    this.states.clear();
    this.path = "";
  }

  forget(path: string): void {
    this.states.delete(path);
    if (this.path === path) this.path = "";
  }

  show(path: string, text: string): void {
    if (this.path !== "") this.states.set(this.path, this.view.state);
    this.path = path;
    const known = this.states.get(path);
    if (known?.doc.toString() === text) return this.view.setState(known);
    this.view.setState(this.state(path, text));
    if (!path.endsWith(".pipe")) void this.highlight(path);
  }

  private async highlight(path: string): Promise<void> {
    const effects = this.language.reconfigure(await languageOf(path));
    if (this.path === path) return this.view.dispatch({ effects });
    const left = this.states.get(path);
    if (left) this.states.set(path, left.update({ effects }).state);
  }

  replace(text: string): void {
    replaceText(this.view, text);
  }

  select(place: Place): void {
    const length = this.view.state.doc.length;
    const selection = { anchor: Math.min(place.from, length), head: Math.min(place.to, length) };
    this.view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
    this.view.focus();
  }

  /** Underlines the findings of the file that is shown. */
  mark(findings: Finding[]): void {
    const length = this.view.state.doc.length;
    const inside = (place: Place) => place.path === this.path && place.to <= length;
    this.marked = findings.filter((finding) => inside(finding.primary));
    const wanted = this.marked.map((finding) => this.diagnostic(finding));
    if (!isShown(this.view.state, wanted)) this.view.dispatch(setDiagnostics(this.view.state, wanted));
  }

  private diagnostic({ code, severity, message, primary, notes, help, changes }: Finding): Diagnostic {
    const actions: Action[] = [{ name: code, apply: () => this.events.explain(code) }];
    if (changes.length > 0) {
      // A diagnostic whose text stays the same is kept, but its changes have moved with the text.
      const isHere = (it: Finding, from: number, to: number) => it.code === code && it.primary.from === from && it.primary.to === to;
      const now = (from: number, to: number) => this.marked.find((it) => isHere(it, from, to) && it.message === message);
      actions.unshift({ name: "Fix", apply: (_, from, to) => this.events.apply(now(from, to)?.changes ?? []) });
    }
    const lines = [message, ...(primary.text ? [primary.text] : []), ...notes.map((it) => `note: ${it}`), ...(help ? [`help: ${help}`] : [])];
    return { from: primary.from, to: primary.to, severity, source: code, message: lines.join("\n"), actions };
  }

  private state(path: string, text: string): EditorState {
    const isPipe = path.endsWith(".pipe");
    const asked: Extension = isPipe
      ? [
          autocompletion({ override: [(context) => this.complete(context)] }),
          hoverTooltip((view, offset) => this.hover(view, offset)),
          keymap.of([{ key: "F12", run: (view) => this.declaration(view) }]),
        ]
      : autocompletion({ override: [] });
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        typing,
        highlightActiveLine(),
        highlighting,
        indentUnit.of("  "),
        this.language.of(isPipe ? pipe : []),
        asked,
        EditorView.contentAttributes.of({ "aria-label": path, tabindex: "0" }),
        // Tab still moves the focus, so that keyboard users can leave the editor.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      ],
    });
  }

  private async hover(view: EditorView, offset: number): Promise<Tooltip | null> {
    const tooltip = (pos: number, end: number, shown: HTMLElement): Tooltip => ({
      pos,
      end,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "hover";
        dom.append(shown);
        return { dom };
      },
    });
    const word = view.state.wordAt(offset);
    const page = word && (await pageOf(this.compiler, view.state.sliceDoc(word.from, word.to)).catch(() => null));
    if (page) return tooltip(word.from, word.to, page);
    const [{ text, place }, { markdown }] = await Promise.all([this.compiler.ask("hover", { path: this.path, offset }), import("./markdown")]);
    return text === null || place === null ? null : tooltip(place.from, place.to, markdown(text));
  }

  private async complete(context: CompletionContext): Promise<CompletionResult | null> {
    const before = context.matchBefore(/[\w.:"/-]+$/);
    if (before === null && !context.explicit) return null;
    const path = this.path;
    const found = await this.compiler.ask("complete", { path, offset: context.pos });
    if (found.items.length === 0 || context.aborted) return null;
    return {
      from: found.from,
      to: Math.max(found.to, context.pos),
      options: found.items.map((item, index) => ({
        label: item.label,
        type: item.kind,
        detail: item.detail,
        boost: -Math.min(index, 99),
        info: item.doc ? async () => (await import("./markdown")).markdown(item.doc) : () => pageOf(this.compiler, item.label).catch(() => null),
        apply: snippet(template(item.snippet)),
      })),
    };
  }

  private declaration(view: EditorView): boolean {
    void this.compiler.ask("declaration", { path: this.path, offset: view.state.selection.main.head }).then(({ places }) => {
      if (places[0]) this.events.go(places[0]);
    });
    return true;
  }
}
