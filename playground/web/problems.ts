// The list of problems.

import type { Change, Files, Finding, Place } from "./protocol";

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The number of errors, warnings, and infos. */
export function summaryOf(findings: Finding[]): string {
  const parts = (["error", "warning", "info"] as const)
    .map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => counted(count, severity));
  return parts.length ? parts.join(", ") : "No problems";
}

/** Text with what is in backticks as code. */
function ticked(text: string): (string | HTMLElement)[] {
  return text.split("`").map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

function button(text: string, action: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.append(...ticked(text));
  made.addEventListener("click", action);
  return made;
}

function paragraph(name: string, ...content: (string | HTMLElement)[]): HTMLElement {
  const made = document.createElement("p");
  made.className = name;
  made.append(...content);
  return made;
}

export interface ProblemEvents {
  apply(changes: Change[]): void;
  explain(code: string): void;
  go(place: Place): void;
}

/** A problem in the list. Its finding is replaced when only offsets are different, and its buttons use the current one. */
interface Item {
  key: string;
  finding: Finding;
  element: HTMLElement;
}

export class Problems {
  private items: Item[] = [];

  constructor(
    private readonly panel: HTMLElement,
    private readonly events: ProblemEvents,
  ) {}

  /** Lists findings. The elements of those whose text stays the same are kept. */
  show(findings: Finding[], files: Files): void {
    const where = ({ path, from }: Place) => `${path}:${(files[path] ?? "").slice(0, from).split("\n").length}`;
    const known = new Map(this.items.map((item) => [item.key, item]));
    const items = findings.map((finding) => {
      const { code, severity, message, primary, secondary, notes, help, changes } = finding;
      const places = [primary, ...secondary].map((label) => [where(label), label.text]);
      const key = JSON.stringify([code, severity, message, places, notes, help, changes.length > 0]);
      const item = known.get(key) ?? { key, finding, element: document.createElement("li") };
      // Of two problems with one text, each has its own element.
      known.delete(key);
      item.finding = finding;
      if (!item.element.hasChildNodes()) this.fill(item, where);
      return item;
    });
    const isSame = items.length === this.items.length && items.every((item, index) => item === this.items[index]);
    this.items = items;
    if (isSame) return;
    const list = document.createElement("ul");
    list.append(...items.map(({ element }) => element));
    this.panel.replaceChildren(...(items.length ? [list] : []));
  }

  private fill(item: Item, where: (place: Place) => string): void {
    const { code, severity, message, primary, secondary, notes, help, changes } = item.finding;
    const kind = document.createElement("b");
    kind.className = severity;
    kind.textContent = severity;
    const page = button(code, () => this.events.explain(code));
    page.className = "fix";
    page.title = `Explain ${code}`;
    const head = document.createElement("div");
    head.className = "head";
    head.append(kind, button(message, () => this.events.go(item.finding.primary)), page);
    item.element.append(head, paragraph("where", ...ticked(`${where(primary)}${primary.text ? `: ${primary.text}` : ""}`)));
    secondary.forEach((label, index) => {
      const go = () => this.events.go(item.finding.secondary[index] ?? label);
      item.element.append(paragraph("where", button(`${where(label)}: ${label.text}`, go)));
    });
    item.element.append(...notes.map((note) => paragraph("note", ...ticked(`note: ${note}`))));
    if (!help) return;
    const text = paragraph("help", ...ticked(`help: ${help}`));
    item.element.append(text);
    if (changes.length === 0) return;
    const fix = button("Fix", () => this.events.apply(item.finding.changes));
    fix.className = "fix";
    fix.ariaLabel = `Fix: ${message}`;
    text.append(fix);
  }
}
