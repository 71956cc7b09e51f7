// The `.pipe` language for highlight.js, which mdBook brings. It has run when this file is read, so the blocks that it did not
// know are highlighted here.
(() => {
  if (typeof hljs === "undefined") return;
  // Compared with the grammar by a test.
  const keywords =
    "action allow approve artifacts as bucket build component connection dashboard delete deny deploy else environment " +
    "execute for from if import in invoke key let notify on option parallel param pipe pipeline policy prepare project " +
    "property provider repository require role run sequence source stack stack-instances stackset stage test topic type update use " +
    "variable when";
  hljs.registerLanguage("pipe", () => {
    const interpolation = { className: "subst", begin: /[$#]\{/, end: /\}/ };
    const string = (begin, end, contains) => ({ className: "string", begin, end, contains });
    const escape = { begin: /\\.|\$\$\{/ };
    return {
      keywords: { $pattern: /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/, keyword: keywords, literal: "true false null" },
      contains: [
        { className: "comment", begin: /\/\//, end: /$/ },
        { className: "comment", begin: /\/\*/, end: /\*\//, contains: ["self"] },
        string(/"""/, /"""/, [escape, interpolation]),
        string(/'''/, /'''/, []),
        string(/"/, /"/, [escape, interpolation]),
        string(/'/, /'/, []),
        // A name before `=` is an attribute, whatever word it is.
        { className: "attr", begin: /[A-Za-z_][A-Za-z0-9_-]*(?=\s*=(?!=))/ },
        // `Bundle::output.yaml`: a file in an artifact.
        { className: "symbol", begin: /[A-Za-z_][A-Za-z0-9_-]*::[A-Za-z0-9_.@+~\/-]*/ },
        { className: "number", begin: /\b\d+(?:ms|[smhd]|%)?(?![A-Za-z0-9_])/ },
      ],
    };
  });
  for (const block of document.querySelectorAll("code.language-pipe")) hljs.highlightBlock(block);
})();

// Where the playground is published beside the pages, every whole pipeline on them can be opened there: an example with its other
// files, anything else by itself, in a link that holds the text.
(async () => {
  const blocks = [...document.querySelectorAll("code.language-pipe")].filter((block) => /^pipeline /m.test(block.textContent));
  if (blocks.length === 0) return;
  const playground = new URL(`${path_to_root}playground/`, document.baseURI).href;
  const examples = await fetch(`${playground}examples.json`)
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  if (examples === null) return;
  const packed = async (text) => {
    const state = JSON.stringify({ files: { "pipeline.pipe": text }, entry: "pipeline.pipe" });
    const stream = new Blob([state]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  for (const block of blocks) {
    const text = block.textContent;
    const example = examples.find(({ files, entry }) => files[entry].trim() === text.trim());
    const link = document.createElement("a");
    link.className = "open-in-playground";
    link.textContent = "Open in the playground";
    link.href = `${playground}#${example ? `example=${example.name}` : `s=${await packed(text)}`}`;
    block.closest("pre").after(link);
  }
})();
