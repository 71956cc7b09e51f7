// Typed characters go into the editor's document before the page changes. By itself, the browser first changes the page and
// lays it out, the editor reads the change from it, and only then can the compiler start.

import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Whether the browser would replace exactly the only selection: input methods and corrections may replace other text. */
function isAtSelection(view: EditorView, event: InputEvent): boolean {
  const { ranges, main } = view.state.selection;
  const selected = document.getSelection();
  if (ranges.length > 1 || selected?.rangeCount !== 1) return false;
  // Chromium names no target for a typed character.
  const target = event.getTargetRanges()[0] ?? selected.getRangeAt(0);
  if (!view.contentDOM.contains(target.startContainer) || !view.contentDOM.contains(target.endContainer)) return false;
  const from = view.posAtDOM(target.startContainer, target.startOffset);
  return from === main.from && (target.collapsed ? main.empty : view.posAtDOM(target.endContainer, target.endOffset) === main.to);
}

export const typing: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.data;
    if (event.inputType !== "insertText" || !text || !event.cancelable) return false;
    if (event.isComposing || view.composing || view.state.readOnly || !isAtSelection(view, event)) return false;
    const { from, to } = view.state.selection.main;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, text, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});
