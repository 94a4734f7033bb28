import type { Config } from '../../config/config.ts';
import { loadText } from '../../config/load.fixture.ts';
import { formatProblem } from '../../config/problem.ts';
import type { Imported } from './draft.ts';
import { Findings, type NotCarried } from './findings.ts';
import { type Source, readSource } from './source.ts';
import { writeYaml } from './write-yaml.ts';

export interface Outcome {
  readonly yaml: string;
  /** As the gateway would run with it, every variable set. */
  readonly config: Config;
  readonly commands: readonly string[];
  readonly findings: Findings;
  /** What requests notice, by path. */
  readonly gaps: Readonly<Record<string, NotCarried>>;
}

/** Reads a text as its verb does, and the result as `config check` does: that must find nothing wrong with it. */
export function importText(read: (source: Source, findings: Findings) => Imported, text: string): Outcome {
  const source = readSource('there', text);
  const findings = new Findings(source.lineOf);
  const { config: draft, commands } = read(source, findings);
  const yaml = writeYaml(draft, 'another gateway');
  const { config, problems } = loadText(yaml, { env: variablesOf(yaml) });
  const wrong = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  if (config === undefined || wrong.length > 0) throw new Error(`${wrong.join('\n')}\n${yaml}`);
  const gaps = Object.fromEntries(
    findings.notCarried.filter(({ essential }) => essential).map((gap) => [gap.path, gap]),
  );
  return { yaml, config, commands, findings, gaps };
}

/** A value for every variable a file names, of the kind its name promises. */
export function variablesOf(yaml: string): Record<string, string> {
  const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return Object.fromEntries(names.map((name) => [name, valueFor(name)]));
}

function valueFor(name: string): string {
  if (/REDIS_URL/.test(name)) return 'redis://redis.internal:6379';
  if (/URL|BASE|ENDPOINT/.test(name)) return 'https://server.example.com';
  if (/TIMEOUT|PORT|DB$/.test(name)) return '30';
  return /HOST/.test(name) ? 'server.internal' : `value-of-${name}`;
}
