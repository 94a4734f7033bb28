import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { runTool } from './run-tool.ts';

/** What the signature is for, so that it cannot be passed off as one of something else; `install.sh` asks for the same. */
export const NAMESPACE = 'tokenharbor-release';

/** Signs a file by an SSH key (`ssh-keygen -Y sign`), into one beside it that ends with `.sig`. */
export function sign(path: string, key: string): void {
  rmSync(`${path}.sig`, { force: true });
  runTool(['ssh-keygen', '-q', '-Y', 'sign', '-f', key, '-n', NAMESPACE, path], { cwd: dirname(path) });
}
