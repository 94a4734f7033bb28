import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectLicenses } from './licenses.ts';
import type { PackedFile } from './packed-file.ts';
import { runTool } from './run-tool.ts';
import type { Target } from './targets.ts';

/** Pages, and what they lead to: at the same paths as here, so that links work there too. */
const PAGES = ['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md'];
const PAGE_FOLDERS = ['docs', 'deploy/compose', 'deploy/grafana', 'deploy/kubernetes'];
const COMPLETIONS = { bash: 'tokenharbor.bash', zsh: '_tokenharbor', fish: 'tokenharbor.fish' };

/** What lies beside the executable on every target. */
export function sharedContents(root: string): PackedFile[] {
  const inFolders = PAGE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .toSorted()
      .map((name) => `${folder}/${name}`),
  );
  const pages = [...PAGES, ...inFolders].map((path) => file(path, read(root, path)));
  const print = (...verb: string[]) => Buffer.from(runProgram(root, verb));
  const completions = Object.entries(COMPLETIONS).map(([shell, name]) =>
    file(`completions/${name}`, print('completion', shell)),
  );
  const manual = file('man/tokenharbor.1', print('man'));
  return [...pages, file('THIRD-PARTY-LICENSES.txt', Buffer.from(collectLicenses(root))), ...completions, manual];
}

/** The file to begin with, as `config init` prints it. */
export function starterConfiguration(root: string): string {
  return runProgram(root, ['config', 'init']);
}

function runProgram(root: string, verb: readonly string[]): string {
  return runTool([process.execPath, join(root, 'src', 'main.ts'), ...verb], { cwd: root });
}

/** What lies beside the executable on this target alone. */
export function contentsFor(root: string, target: Target): PackedFile[] {
  const units = join(root, 'deploy', 'systemd');
  if (!target.name.startsWith('linux_')) return [];
  return readdirSync(units)
    .filter((name) => /\.(?:service|socket|timer|conf)$/.test(name))
    .map((name) => file(`systemd/${name}`, read(units, name)));
}

function file(path: string, bytes: Uint8Array): PackedFile {
  return { path, bytes, isExecutable: false };
}

function read(directory: string, name: string): Uint8Array {
  return readFileSync(join(directory, name));
}
