import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** The licences of the packages within the executable, whose terms ask for a copy, as one text. */
export function collectLicenses(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const parts = Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)
    .map(([path, { version, license }]) => {
      const name = path.split('node_modules/').at(-1) ?? path;
      const texts = readTexts(join(root, path));
      return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n');
    });
  return `What this executable is made of, beside Bun (MIT, https://bun.com/docs/project/license).\n\n${parts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

function readTexts(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => /^(?:licen[cs]e|notice|copying)\b/i.test(name))
    .toSorted()
    .map((name) => readFileSync(join(directory, name), 'utf8').trim());
}
