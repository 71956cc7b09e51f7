// The language server: finds the program, starts it, and reports errors if that fails.
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, State } from 'vscode-languageclient/node';
import { find, isFile, isOlder, versionOf } from './find';
import { leveled } from './lints';

/** The command that a code lens or the server names, and its argument. */
export type OnCommand = (command: string, argument: { uri: string; role?: string }) => Promise<void>;

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** Starts and stops are done one after the other, so that no process is left behind. */
  private queue: Promise<void> = Promise.resolve();
  private readonly status: vscode.LanguageStatusItem;
  readonly log: vscode.LogOutputChannel;

  constructor(private readonly context: vscode.ExtensionContext, private readonly onCommand: OnCommand) {
    this.log = vscode.window.createOutputChannel('dotpipe', { log: true });
    this.status = vscode.languages.createLanguageStatusItem('dotpipe.server', { language: 'pipe' });
    this.status.name = 'dotpipe';
    this.status.command = { title: 'Restart', command: 'dotpipe.restart' };
  }

  start(): Promise<void> {
    return this.enqueue(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  async dispose(): Promise<void> {
    await this.enqueue(() => this.stopNow());
    this.status.dispose();
    this.log.dispose();
  }

  /** What a command of the server answers; an error has the server's message. */
  async ask<T>(command: string, argument: object): Promise<T> {
    if (!this.client || this.client.state !== State.Running) throw new Error('the language server is not running');
    return await this.client.sendRequest<T>('workspace/executeCommand', { command, arguments: [argument] });
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  private async startNow(): Promise<void> {
    this.show('$(sync~spin) starting', undefined);
    const found = find({
      setting: vscode.workspace.getConfiguration('dotpipe').get<string>('path', '').trim(),
      trustedFolders: vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []).map(it => it.uri.fsPath) : [],
      extension: this.context.extensionPath,
      path: process.env.PATH ?? process.env.Path ?? '',
      platform: process.platform,
      isFile,
    });
    if ('missing' in found) {
      this.log.error(`the dotpipe program was not found; looked for: ${found.missing.join(', ')}`);
      return this.fail('The dotpipe program was not found. Install it, or set its path.');
    }
    let version: string;
    try {
      version = await versionOf(found.program);
    } catch (error) {
      this.log.error(`${found.program}: ${error}`);
      return this.fail(`${found.program} cannot be started as dotpipe: ${error instanceof Error ? error.message : error}`);
    }
    this.log.info(`dotpipe ${version}: ${found.program} (${found.origin})`);
    const wanted = this.context.extension.packageJSON.version as string;
    if (isOlder(version, wanted)) {
      this.log.warn(`version ${wanted} or later is recommended`);
      void vscode.window.showWarningMessage(
        `dotpipe ${version} is older than this extension (${wanted}). Some features may be missing. (${found.program})`);
    }
    this.client = this.clientOf(found.program);
    try {
      await this.client.start();
      this.show(`dotpipe ${version}`, `${found.program} (${found.origin})`);
    } catch (error) {
      this.log.error(`${error}`);
      this.fail(`The language server did not start: ${error instanceof Error ? error.message : error}`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose(5000);
    } catch (error) {
      this.log.warn(`the language server did not stop in an orderly way: ${error}`);
    }
  }

  private clientOf(program: string): LanguageClient {
    const hints = vscode.workspace.getConfiguration('dotpipe.inlayHints');
    const options = program.endsWith('.cmd') ? { shell: true } : undefined;
    const onFailure = () => this.failedToStayUp();
    return new LanguageClient('dotpipe', 'dotpipe', { command: program, args: ['lsp'], options }, {
      documentSelector: [{ scheme: 'file', language: 'pipe' }, { scheme: 'untitled', language: 'pipe' }],
      outputChannel: this.log,
      initializationOptions: {
        inlayHints: {
          runOrders: hints.get('runOrders', true),
          inputs: hints.get('inputs', true),
          names: hints.get('names', true),
          arguments: hints.get('arguments', true),
          defaults: hints.get('defaults', false),
        },
        templates: vscode.workspace.getConfiguration('dotpipe').get('templates', true),
      },
      errorHandler: new Restarts(onFailure),
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => next(uri, leveled(uri, diagnostics)),
        provideDiagnostics: async (document, previous, token, next) => {
          const report = await next(document, previous, token);
          const uri = document instanceof vscode.Uri ? document : document.uri;
          if (report && 'items' in report) report.items = leveled(uri, report.items);
          return report;
        },
        provideWorkspaceDiagnostics: (known, token, report, next) => next(known, token, chunk => report(chunk && {
          items: chunk.items.map(file => 'items' in file ? { ...file, items: leveled(file.uri, file.items) } : file),
        })),
        executeCommand: (command, [argument]) => this.onCommand(command, argument),
      },
    });
  }

  private failedToStayUp(): void {
    this.fail('The language server stopped five times within three minutes. Its log may say why.');
  }

  private show(text: string, detail: string | undefined): void {
    this.status.text = text;
    this.status.detail = detail;
    this.status.severity = vscode.LanguageStatusSeverity.Information;
    this.status.busy = text.includes('starting');
  }

  private fail(message: string): void {
    this.status.text = '$(error) dotpipe is not running';
    this.status.detail = message;
    this.status.severity = vscode.LanguageStatusSeverity.Error;
    this.status.busy = false;
    const settings = 'Open Settings';
    const again = 'Try Again';
    const log = 'Show Log';
    void vscode.window.showErrorMessage(message, settings, again, log).then(chosen => {
      if (chosen === settings) void vscode.commands.executeCommand('workbench.action.openSettings', 'dotpipe.path');
      if (chosen === again) void this.restart();
      if (chosen === log) this.log.show();
    });
  }
}

/** Starts the server again when it stops by itself, unless that happens all the time. */
class Restarts {
  private times: number[] = [];

  constructor(private readonly onGivingUp: () => void) {}

  error() {
    return { action: ErrorAction.Continue };
  }

  closed() {
    const now = Date.now();
    this.times = [...this.times.filter(time => now - time < 180_000), now];
    if (this.times.length < 5) return { action: CloseAction.Restart, handled: true };
    this.onGivingUp();
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}
