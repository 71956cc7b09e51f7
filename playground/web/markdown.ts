// Converts Markdown from the compiler to elements. It can contain text from the user's files, so HTML in it is shown as
// text.

import MarkdownIt from "markdown-it";

const parser = new MarkdownIt({ html: false, linkify: false });

export function markdown(text: string): HTMLElement {
  const article = document.createElement("div");
  article.innerHTML = parser.render(text);
  for (const link of article.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return article;
}
