import { type FileText, type LoadResult, loadConfig } from './load.ts';
import type { ConfigFlags, Environment } from './overrides.ts';
import { formatProblem } from './problem.ts';

export interface Given {
  readonly env?: Environment;
  readonly flags?: ConfigFlags;
  /** Other files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Permission bits of the configuration file. */
  readonly mode?: number;
}

/** Loads a text as the file `th.yaml` in `/etc/th`; without a text nothing but defaults and what is given. */
export function loadText(text: string | undefined, given: Given = {}): LoadResult {
  const files: Readonly<Record<string, string>> = {
    ...given.files,
    ...(text === undefined ? {} : { '/etc/th/th.yaml': text }),
  };
  return loadConfig({
    flags: { ...(text === undefined ? {} : { config: 'th.yaml' }), ...given.flags },
    env: given.env ?? {},
    cwd: '/etc/th',
    home: '/home/op',
    readFile: (path): FileText => {
      const found = files[path];
      if (found === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
      return { text: found, mode: given.mode ?? 0o600 };
    },
  });
}

/** What `config check` would print for a text. */
export function problemsOf(text: string | undefined, given: Given = {}): readonly string[] {
  return loadText(text, given).problems.map(formatProblem);
}

/** The configuration of a text that must be free of errors. */
export function configOf(text: string | undefined, given: Given = {}): NonNullable<LoadResult['config']> {
  const { config, problems } = loadText(text, given);
  if (config === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return config;
}
