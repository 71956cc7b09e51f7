// The graph of a file's pipelines, next to the file. It follows the text and the cursor; a click opens the text.
import * as vscode from 'vscode';
import { SCHEME } from './preview';
import type { Server } from './server';

/** Where a node of the graph is written, as the server says it. */
interface Place {
  id: string;
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

interface Graph {
  drawing: string;
  places: Place[];
}

export class Graphs implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  /** The file that the graph shows. */
  private uri: vscode.Uri | undefined;
  private places: (Place & { at: vscode.Range; file: string })[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Counts the questions, so that an answer to an earlier one is not shown. */
  private question = 0;
  private readonly registrations: vscode.Disposable[];

  constructor(private readonly context: vscode.ExtensionContext, private readonly server: Server) {
    this.registrations = [
      vscode.workspace.onDidChangeTextDocument(event => {
        // Previews only change after the file, which has already been redrawn.
        const isPreview = event.document.uri.scheme === SCHEME;
        if (this.panel && !isPreview && event.contentChanges.length > 0) this.drawSoon();
      }),
      vscode.window.onDidChangeActiveTextEditor(editor => {
        if (!this.panel || editor?.document.languageId !== 'pipe' || editor.document.uri.scheme === SCHEME) return;
        // Shows the graph of the active file, unless the pipelines of the shown graph import that file.
        const shown = this.places.some(place => place.file === editor.document.uri.toString());
        if (!shown) this.uri = editor.document.uri;
        this.drawSoon();
      }),
      vscode.window.onDidChangeTextEditorSelection(event => this.follow(event.textEditor)),
      vscode.languages.onDidChangeDiagnostics(() => this.mark()),
      vscode.window.onDidChangeActiveColorTheme(() => this.drawSoon()),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    vscode.Disposable.from(...this.registrations).dispose();
  }

  /** Opens the graph of a file. */
  async open(uri: vscode.Uri): Promise<void> {
    this.uri = uri;
    if (!this.panel) {
      const media = vscode.Uri.joinPath(this.context.extensionUri, 'media');
      this.panel = vscode.window.createWebviewPanel('dotpipe.graph', 'Graph',
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, localResourceRoots: [media], retainContextWhenHidden: true });
      this.panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, 'images', 'icon.png');
      this.panel.webview.html = page(this.panel.webview, media);
      this.panel.webview.onDidReceiveMessage(message => this.receive(message));
      this.panel.onDidDispose(() => { this.panel = undefined; });
    }
    this.panel.reveal(undefined, true);
    await this.draw();
  }

  private drawSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), 120);
  }

  private async draw(): Promise<void> {
    if (!this.panel || !this.uri) return;
    const question = ++this.question;
    this.panel.title = `Graph of ${vscode.workspace.asRelativePath(this.uri).split('/').pop()}`;
    try {
      const graph = await this.server.ask<Graph>('dotpipe.graph', { uri: this.uri.toString(), drawing: 'svg', places: true });
      if (question !== this.question) return;
      this.places = graph.places.map(place => ({
        ...place,
        file: vscode.Uri.parse(place.uri).toString(),
        at: new vscode.Range(place.range.start.line, place.range.start.character, place.range.end.line, place.range.end.character),
      }));
      await this.send({ kind: 'graph', drawing: graph.drawing, places: this.places.map(place => place.id), problem: '' });
    } catch (error) {
      if (question !== this.question) return;
      // The last drawing remains visible during typing.
      await this.send({ kind: 'problem', problem: error instanceof Error ? error.message : String(error) });
    }
    this.mark();
    const editor = vscode.window.visibleTextEditors.find(it => it.document.uri.toString() === this.uri?.toString());
    if (editor) this.follow(editor);
  }

  /** Shows where the cursor is. */
  private follow(editor: vscode.TextEditor): void {
    if (!this.panel) return;
    const file = editor.document.uri.toString();
    const around = this.places.filter(place => place.file === file && place.at.contains(editor.selection.active));
    // Of nested places, the innermost; in a loop or a component, everything that it creates.
    const inner = around.filter(place => !around.some(other => place.at.contains(other.at) && !place.at.isEqual(other.at)));
    void this.send({ kind: 'cursor', ids: inner.map(place => place.id) });
  }

  /** Shows which nodes have diagnostics. */
  private mark(): void {
    if (!this.panel) return;
    const levels: Record<string, string> = {};
    for (const place of this.places) {
      const found = vscode.languages.getDiagnostics(vscode.Uri.parse(place.uri))
        .filter(diagnostic => diagnostic.severity <= vscode.DiagnosticSeverity.Warning && place.at.contains(diagnostic.range));
      if (found.length === 0) continue;
      const isError = found.some(diagnostic => diagnostic.severity === vscode.DiagnosticSeverity.Error);
      levels[place.id] = isError ? 'error' : 'warning';
    }
    void this.send({ kind: 'marks', levels });
  }

  private async receive(message: { kind: string; id?: string }): Promise<void> {
    if (message.kind === 'ready') return this.draw();
    const place = this.places.find(it => it.id === message.id);
    if (message.kind !== 'go' || !place) return;
    const uri = vscode.Uri.parse(place.uri);
    const shown = vscode.window.visibleTextEditors.find(editor => editor.document.uri.toString() === uri.toString());
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One });
    editor.selection = new vscode.Selection(place.at.start, place.at.start);
    editor.revealRange(place.at, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private async send(message: object): Promise<void> {
    await this.panel?.webview.postMessage(message);
  }
}

function page(webview: vscode.Webview, media: vscode.Uri): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(media, 'graph.js'));
  const style = webview.asWebviewUri(vscode.Uri.joinPath(media, 'graph.css'));
  // The drawing contains a style sheet.
  const policy = `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource} 'unsafe-inline'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${style}">
<title>Graph</title>
</head>
<body>
<p id="problem" role="status" hidden></p>
<main id="drawing"></main>
<script src="${script}"></script>
</body>
</html>`;
}
