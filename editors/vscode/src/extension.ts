// The extension: the language server, the previews, the graph, and the commands for them.
import * as vscode from 'vscode';
import { Graphs } from './graph';
import { Previews, SCHEME, type Preview } from './preview';
import { Server } from './server';

const NEW_PIPELINE = `pipeline \${1:MyApp} {
  stage Source {
    source codecommit Fetch -> App {
      repository = "\${2:my-app}"
      branch     = "\${3:main}"
    }
  }
  stage Build {
    build codebuild Package from App { project = Builder }
  }
}

project Builder { image = "aws/codebuild/standard:7.0" }
$0`;

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  server = new Server(context, onCommand);
  const previews = new Previews(server);
  const graphs = new Graphs(context, server);
  context.subscriptions.push(previews, graphs);

  /** A command of the server that a code lens names. */
  async function onCommand(command: string, argument: { uri: string; role?: string }): Promise<void> {
    const uri = vscode.Uri.parse(argument.uri);
    if (command === 'dotpipe.graph') return reported(() => graphs.open(uri));
    if (command === 'dotpipe.build') return reported(() => previews.open(template(uri)));
    if (command === 'dotpipe.expand') return reported(() => previews.open(expanded(uri)));
    if (command === 'dotpipe.explainRole') return reported(() => openRole(uri, argument.role));
    if (command === 'dotpipe.why') return reported(askWhy);
  }

  async function openRole(uri: vscode.Uri, name?: string): Promise<void> {
    const roles = name === undefined ? await server!.ask<string[]>('dotpipe.explainRole', { uri: uri.toString() }) : [];
    const role = name ?? await vscode.window.showQuickPick(roles, { placeHolder: 'The role to explain' });
    if (role === undefined) return;
    const argument = { uri: uri.toString(), role };
    await previews.open({ command: 'dotpipe.explainRole', argument, name: `${role.replaceAll('/', '-')}.txt` });
  }

  async function askWhy(): Promise<void> {
    const clipboard = (await vscode.env.clipboard.readText()).slice(0, 4000);
    const message = await vscode.window.showInputBox({
      prompt: 'A message of AWS, for example of a failed action or deployment', value: clipboard, ignoreFocusOut: true,
    });
    if (!message) return;
    const uri = vscode.window.activeTextEditor?.document.uri.toString() ?? 'untitled:Untitled';
    const text = await server!.ask<string>('dotpipe.why', { uri, message });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content: text }));
  }

  async function newPipeline(): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: 'pipe', content: '' });
    const editor = await vscode.window.showTextDocument(document);
    await editor.insertSnippet(new vscode.SnippetString(NEW_PIPELINE));
  }

  const commands: [string, (uri: vscode.Uri) => Promise<void>][] = [
    ['dotpipe.openGraph', uri => graphs.open(uri)],
    ['dotpipe.openTemplate', uri => previews.open(template(uri))],
    ['dotpipe.openPipelineJson', uri => previews.open(pipelineJson(uri))],
    ['dotpipe.openExpanded', uri => previews.open(expanded(uri))],
    ['dotpipe.openRole', uri => openRole(uri)],
  ];
  for (const [name, run] of commands) {
    context.subscriptions.push(vscode.commands.registerCommand(name, (given?: vscode.Uri) => {
      const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
      const editor = editors.find(it => it?.document.languageId === 'pipe' && it.document.uri.scheme !== SCHEME);
      const uri = given instanceof vscode.Uri ? given : editor?.document.uri;
      if (!uri) return vscode.window.showInformationMessage('Open a .pipe file first.');
      return reported(() => run(uri));
    }));
  }
  context.subscriptions.push(
    vscode.commands.registerCommand('dotpipe.askWhy', () => reported(askWhy)),
    vscode.commands.registerCommand('dotpipe.newPipeline', newPipeline),
    vscode.commands.registerCommand('dotpipe.restart', () => server?.restart()),
    vscode.commands.registerCommand('dotpipe.showLog', () => server?.log.show()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server?.restart()),
    vscode.workspace.onDidChangeConfiguration(event => {
      const settings = ['dotpipe.path', 'dotpipe.inlayHints', 'dotpipe.lints', 'dotpipe.templates'];
      if (settings.some(name => event.affectsConfiguration(name))) void server?.restart();
    }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}

function template(uri: vscode.Uri): Preview {
  return { command: 'dotpipe.build', argument: { uri: uri.toString() }, name: `${nameOf(uri)}.template.yaml` };
}

function pipelineJson(uri: vscode.Uri): Preview {
  const argument = { uri: uri.toString(), target: 'codepipeline', notation: 'json' };
  return { command: 'dotpipe.build', argument, name: `${nameOf(uri)}.pipeline.json` };
}

function expanded(uri: vscode.Uri): Preview {
  return { command: 'dotpipe.expand', argument: { uri: uri.toString() }, name: `${nameOf(uri)}.expanded.pipe` };
}

/** The name of a file without its extension. */
function nameOf(uri: vscode.Uri): string {
  return (uri.path.split('/').pop() ?? 'pipeline').replace(/\.pipe$/, '');
}

/** Does something; if that fails, the user is told. */
async function reported(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    void vscode.window.showErrorMessage(`dotpipe: ${error instanceof Error ? error.message : error}`);
  }
}
