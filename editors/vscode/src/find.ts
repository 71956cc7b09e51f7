// Finds the program. This module does not use the editor's API, so that its tests run without an editor.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Where a program was found. */
export type Origin = 'setting' | 'workspace' | 'bundled' | 'PATH';

export interface Found {
  program: string;
  origin: Origin;
}

export interface Surroundings {
  /** The setting `dotpipe.path`. */
  setting: string;
  /** The folders of the workspace, if it is trusted. */
  trustedFolders: string[];
  /** The folder of the extension. */
  extension: string;
  /** The variable `PATH`. */
  path: string;
  platform: NodeJS.Platform;
  isFile(path: string): boolean;
}

/** The program to start; or, if there is none, what was looked for. */
export function find(around: Surroundings): Found | { missing: string[] } {
  const windows = around.platform === 'win32';
  const paths = windows ? path.win32 : path.posix;
  const name = windows ? 'dotpipe.exe' : 'dotpipe';
  if (around.setting) {
    const program = expand(around.setting, around.trustedFolders[0]);
    return around.isFile(program) ? { program, origin: 'setting' } : { missing: [`${program} (setting dotpipe.path)`] };
  }
  const places: Found[] = [
    ...around.trustedFolders.map(folder => ({
      program: paths.join(folder, 'node_modules', '.bin', windows ? 'dotpipe.cmd' : 'dotpipe'), origin: 'workspace' as const,
    })),
    { program: paths.join(around.extension, 'bin', name), origin: 'bundled' },
    ...around.path.split(paths.delimiter).filter(folder => paths.isAbsolute(folder)).map(folder => ({
      program: paths.join(folder, name), origin: 'PATH' as const,
    })),
  ];
  const found = places.find(place => around.isFile(place.program));
  if (found) return found;
  return { missing: [...places.filter(place => place.origin !== 'PATH').map(place => place.program), `${name} on PATH`] };
}

function expand(setting: string, folder: string | undefined): string {
  const home = setting.startsWith('~/') ? path.join(os.homedir(), setting.slice(2)) : setting;
  return folder === undefined ? home : home.replaceAll('${workspaceFolder}', folder);
}

export function isFile(path: string): boolean {
  try {
    return fs.statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The version that a program prints; an error says why it is not dotpipe. */
export function versionOf(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = program.endsWith('.cmd');
    execFile(program, ['--version'], { timeout: 10_000, shell }, (error, stdout) => {
      const version = /^dotpipe (\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
      if (version) resolve(version);
      else reject(new Error(error ? error.message : `it prints ${JSON.stringify(stdout.slice(0, 80))} for --version`));
    });
  });
}

/** Whether a version is older than another; what follows a hyphen does not count. */
export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split(/[-+]/)[0].split('.').map(Number);
  const [left, right] = [numbers(version), numbers(than)];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs >= 0 && left[differs] < (right[differs] ?? 0);
}
