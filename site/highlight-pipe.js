// The `.pipe` language for highlight.js, which mdBook brings. It has run when this file is read, so the blocks that it did not
// know are highlighted here.
(() => {
  if (typeof hljs === "undefined") return;
  // Compared with the grammar by a test.
  const keywords =
    "action allow approve artifacts as bucket build component connection dashboard delete deny deploy else environment " +
    "execute for from if import in invoke key let notify on option parallel param pipe pipeline prepare project property " +
    "provider repository require role run sequence source stack stack-instances stackset stage test topic type update use " +
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
