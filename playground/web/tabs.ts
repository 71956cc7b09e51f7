// A list of tabs with arrow key navigation, as screen readers expect: <https://www.w3.org/WAI/ARIA/apg/patterns/tabs/>
// (2026-11-29)

export interface Tab {
  id: string;
  title: string;
}

export class Tabs {
  constructor(
    private readonly list: HTMLElement,
    private readonly panel: HTMLElement,
    private readonly chosen: (id: string) => void,
  ) {
    list.addEventListener("keydown", (event) => this.move(event));
  }

  show(tabs: Tab[], selected: string): void {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(
      ...tabs.map(({ id, title }) => {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.role = "tab";
        tab.id = `${this.list.id}-${id}`;
        tab.dataset.id = id;
        tab.textContent = title;
        tab.ariaSelected = String(id === selected);
        tab.tabIndex = id === selected ? 0 : -1;
        tab.setAttribute("aria-controls", this.panel.id);
        tab.addEventListener("click", () => this.chosen(id));
        return tab;
      }),
    );
    const current = this.list.querySelector<HTMLElement>('[aria-selected="true"]');
    this.panel.setAttribute("aria-labelledby", current?.id ?? "");
    if (focused) current?.focus();
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private move(event: KeyboardEvent): void {
    const tabs = [...this.list.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    if (tab?.dataset.id !== undefined) this.chosen(tab.dataset.id);
  }
}
