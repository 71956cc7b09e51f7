// The output in the selected tab.

import { foldGutter } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";

import type { Compiler } from "./compiler";
import { languageOf, replaceText } from "./editor";
import { highlighting } from "./language";
import type { Place } from "./protocol";

export const OUTPUTS = [
  { id: "template", title: "Template" },
  { id: "definition", title: "JSON" },
  { id: "expansion", title: "Expansion" },
  { id: "roles", title: "Roles" },
  { id: "graph", title: "Graph" },
];

const element = <K extends keyof HTMLElementTagNameMap>(name: K, text = ""): HTMLElementTagNameMap[K] => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

export class Output {
  private shown = "";
  private view: EditorView | undefined;

  constructor(
    private readonly panel: HTMLElement,
    private readonly compiler: Compiler,
    private readonly go: (place: Place) => void,
  ) {}

  async show(tab: string, options: { account: string; region: string; pipeline: string | null }): Promise<void> {
    switch (tab) {
      case "template":
        return this.text(tab, "template.yaml", (await this.compiler.ask("template", { notation: "yaml" })).text);
      case "definition":
        return this.text(tab, "pipeline.json", (await this.compiler.ask("definition", options)).text);
      case "expansion":
        return this.text(tab, "expansion.pipe", (await this.compiler.ask("expansion", {})).text);
      case "roles":
        return this.roles((await this.compiler.ask("roles", {})).roles);
      case "graph": {
        const { svg, places } = await this.compiler.ask("graph", {});
        return this.graph(svg, places);
      }
    }
  }

  private nothing(): void {
    this.view = undefined;
    this.panel.replaceChildren(element("p", "Nothing is built while there are errors."));
  }

  private async text(tab: string, path: string, text: string | null): Promise<void> {
    if (text === null) return this.nothing();
    if (this.view !== undefined && this.shown === tab) return replaceText(this.view, text);
    const language = await languageOf(path);
    this.shown = tab;
    const extensions = [
      lineNumbers(),
      foldGutter(),
      highlighting,
      language,
      EditorState.readOnly.of(true),
      // The output scrolls, so it must be reachable by keyboard.
      EditorView.contentAttributes.of({ "aria-label": path, tabindex: "0" }),
    ];
    this.panel.replaceChildren();
    this.view = new EditorView({ parent: this.panel, state: EditorState.create({ doc: text, extensions }) });
  }

  private roles(roles: { name: string; text: string }[]): void {
    if (roles.length === 0) return this.nothing();
    this.view = undefined;
    this.panel.replaceChildren(
      ...roles.map(({ name, text }) => {
        const details = element("details");
        details.open = true;
        details.append(element("summary", name), element("pre", text));
        return details;
      }),
    );
  }

  private graph(svg: string | null, places: (Place & { id: string })[]): void {
    if (svg === null) return this.nothing();
    this.view = undefined;
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    const image = document.importNode(parsed, true);
    // An image has no parts for screen readers, but this one has links to statements.
    image.setAttribute("role", "group");
    this.panel.replaceChildren(image);
    for (const place of places) {
      const node = image.querySelector<SVGElement>(`#${CSS.escape(place.id)}`);
      if (node === null) continue;
      node.dataset.place = "";
      // A stage contains its actions: a click in one of them is for the action.
      node.addEventListener("click", (event) => {
        event.stopPropagation();
        this.go(place);
      });
      // Links are not inside of links: that of a stage is its name.
      const link = node.querySelector<SVGElement>(":scope > .name") ?? node;
      link.setAttribute("role", "link");
      link.setAttribute("tabindex", "0");
      link.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        // The editor has the focus now, and is not to replace its selection.
        event.preventDefault();
        this.go(place);
      });
    }
  }
}
