// Outputs of a file, next to the file: documents that follow its text.
import * as vscode from 'vscode';
import type { Server } from './server';

/** What a preview shows. */
export interface Preview {
  /** The command of the server. */
  command: 'dotpipe.build' | 'dotpipe.expand' | 'dotpipe.explainRole';
  /** Its argument. */
  argument: { uri: string; target?: string; notation?: string; role?: string };
  /** The name of the document; its extension decides on the language. */
  name: string;
}

export const SCHEME = 'dotpipe';

export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  /** The last text of each that could be made. */
  private readonly texts = new Map<string, string>();
  private readonly registrations: vscode.Disposable[];

  constructor(private readonly server: Server) {
    let timer: NodeJS.Timeout | undefined;
    this.registrations = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(event => {
        if (event.document.uri.scheme === SCHEME) return;
        clearTimeout(timer);
        timer = setTimeout(() => this.refresh(), 200);
      }),
      vscode.workspace.onDidCloseTextDocument(document => this.texts.delete(document.uri.toString())),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.registrations, this.changed).dispose();
  }

  /** Opens a preview beside the file. */
  async open(preview: Preview): Promise<void> {
    const { name, ...question } = preview;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify(question) });
    const document = await vscode.workspace.openTextDocument(uri);
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(document, options);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { command, argument } = JSON.parse(uri.query) as Omit<Preview, 'name'>;
    const key = uri.toString();
    try {
      this.texts.set(key, await this.server.ask<string>(command, argument));
    } catch (error) {
      // While the file has errors, the last output remains visible.
      if (!this.texts.has(key)) return `${error instanceof Error ? error.message : error}\n`;
    }
    return this.texts.get(key) ?? '';
  }

  private refresh(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME) this.changed.fire(document.uri);
    }
  }
}
