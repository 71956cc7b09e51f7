// Levels of lints that only this editor uses.
import * as vscode from 'vscode';

type Level = 'allow' | 'info' | 'warning' | 'error';

const SEVERITIES = {
  info: vscode.DiagnosticSeverity.Information,
  warning: vscode.DiagnosticSeverity.Warning,
  error: vscode.DiagnosticSeverity.Error,
};

/** The diagnostics of a document with the levels of the settings. Errors stay errors. */
export function leveled(uri: vscode.Uri, diagnostics: vscode.Diagnostic[]): vscode.Diagnostic[] {
  const levels = vscode.workspace.getConfiguration('dotpipe', uri).get<Record<string, Level>>('lints', {});
  return diagnostics.flatMap(diagnostic => {
    const level = levels[codeOf(diagnostic)];
    if (level === undefined || diagnostic.severity === vscode.DiagnosticSeverity.Error) return [diagnostic];
    if (level === 'allow') return [];
    diagnostic.severity = SEVERITIES[level] ?? diagnostic.severity;
    return [diagnostic];
  });
}

function codeOf(diagnostic: vscode.Diagnostic): string {
  const code = diagnostic.code;
  return String(typeof code === 'object' ? code.value : code);
}
