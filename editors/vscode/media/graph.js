// The script of the graph view: shows drawings sent by the extension, and notifies it of clicks.
(() => {
  const vscode = acquireVsCodeApi();
  const drawing = document.getElementById('drawing');
  const problem = document.getElementById('problem');
  let cursor = [];
  let levels = {};

  const node = id => document.getElementById(id);

  function decorate() {
    for (const element of drawing.querySelectorAll('.cursor, .error, .warning')) element.classList.remove('cursor', 'error', 'warning');
    for (const id of cursor) node(id)?.classList.add('cursor');
    for (const [id, level] of Object.entries(levels)) node(id)?.classList.add(level);
  }

  function show(text) {
    problem.hidden = text === '';
    problem.textContent = text;
    drawing.classList.toggle('stale', text !== '');
  }

  function draw(svg, places) {
    // The color scheme of the editor, which can differ from that of the system.
    const isDark = document.body.classList.contains('vscode-dark')
      || document.body.classList.contains('vscode-high-contrast') && !document.body.classList.contains('vscode-high-contrast-light');
    drawing.innerHTML = svg.replace('(prefers-color-scheme: dark)', isDark ? 'all' : 'not all');
    // As wide as the view, but not too small to read.
    const picture = drawing.querySelector('svg');
    const width = Number(picture.getAttribute('width'));
    picture.removeAttribute('height');
    picture.style.minWidth = `${Math.round(width * 0.6)}px`;
    picture.style.maxWidth = `${width}px`;
    for (const id of places) {
      const element = node(id);
      if (!element) continue;
      element.classList.add('linked');
      element.setAttribute('tabindex', '0');
    }
    decorate();
  }

  function go(target) {
    const element = target.closest('.linked');
    if (element) vscode.postMessage({ kind: 'go', id: element.id });
  }

  drawing.addEventListener('click', event => go(event.target));
  drawing.addEventListener('keydown', event => {
    if (event.key === 'Enter') go(event.target);
  });
  window.addEventListener('message', ({ data }) => {
    if (data.kind === 'graph') draw(data.drawing, data.places);
    if (data.kind === 'graph' || data.kind === 'problem') show(data.problem);
    if (data.kind === 'marks') levels = data.levels;
    if (data.kind === 'cursor') {
      cursor = data.ids;
      node(cursor[0])?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    if (data.kind === 'marks' || data.kind === 'cursor') decorate();
  });
  vscode.postMessage({ kind: 'ready' });
})();
