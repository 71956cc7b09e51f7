// Highlighting of `.pipe` text during typing.

import { HighlightStyle, LanguageSupport, StreamLanguage, syntaxHighlighting, type StringStream } from "@codemirror/language";
import { tags } from "@lezer/highlight";

// The words of the grammar's `kw_` rules, inserted by `bundle.mjs`.
declare const KEYWORDS: string[];
const keywords = new Set(KEYWORDS);

interface State {
  // The end of the open text or comment.
  until: '"""' | "'''" | "*/" | null;
  depth: number;
}

function inside(stream: StringStream, state: State): string {
  if (state.until === "*/") {
    while (!stream.eol()) {
      if (stream.match("/*")) state.depth++;
      else if (stream.match("*/")) {
        if (--state.depth === 0) {
          state.until = null;
          break;
        }
      } else stream.next();
    }
    return "comment";
  }
  if (stream.skipTo(state.until as string)) {
    stream.match(state.until as string);
    state.until = null;
  } else stream.skipToEnd();
  return "string";
}

const stream = StreamLanguage.define<State>({
  name: "pipe",
  startState: () => ({ until: null, depth: 0 }),
  languageData: { commentTokens: { line: "//", block: { open: "/*", close: "*/" } }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
  token(stream, state) {
    if (state.until !== null) return inside(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("/*")) {
      state.until = "*/";
      state.depth = 1;
      return inside(stream, state);
    }
    for (const quotes of ['"""', "'''"] as const) {
      if (stream.match(quotes)) {
        state.until = quotes;
        return inside(stream, state);
      }
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return "string";
    if (stream.match(/^[A-Za-z_][\w-]*(?=\s*=(?!=))/)) return "propertyName";
    if (stream.match(/^[A-Za-z_][\w-]*::[\w.@+~/-]*/)) return "labelName";
    const word = stream.match(/^[A-Za-z_]\w*(?:-\w+)*/) as RegExpMatchArray | null;
    if (word) {
      if (keywords.has(word[0])) return "keyword";
      return /^(?:true|false|null)$/.test(word[0]) ? "atom" : "variableName";
    }
    if (stream.match(/^\d+(?:ms|[smhd]|%)?/)) return "number";
    stream.next();
    return null;
  },
});

// Colors are classes, so that both themes can set them.
const style = HighlightStyle.define([
  { tag: tags.keyword, class: "tok-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "tok-string" },
  { tag: tags.comment, class: "tok-comment" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "tok-property" },
  { tag: tags.labelName, class: "tok-label" },
  { tag: [tags.number, tags.atom, tags.bool, tags.null], class: "tok-number" },
  { tag: [tags.typeName, tags.tagName], class: "tok-label" },
]);

export const pipe = new LanguageSupport(stream);
export const highlighting = syntaxHighlighting(style);
