/** The pages that are written by hand or by a target of make, and what is in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT_ROOT = resolve(import.meta.dir, '../..');

export interface Example {
  /** `docs/clients.md:12`, the line of its fence. */
  readonly place: string;
  /** What stands behind the fence: `sh`, `python`, … */
  readonly language: string;
  readonly code: string;
}

/** Every page, by its path from the root; the README first. */
export const PAGES: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(PROJECT_ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => `docs/${name}`),
];

export function readPage(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8');
}

/** Its fenced blocks, also those within a list. */
export function readExamples(path: string): readonly Example[] {
  const text = readPage(path);
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].map((match) => {
    const [, indent = '', language = '', code = ''] = match;
    return {
      place: `${path}:${text.slice(0, match.index).split('\n').length}`,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trim(),
    };
  });
}

/** The first shell lines of a page, or of what stands below one of its headings, that hold a text. */
export function shellLines(path: string, holding: string, heading?: string): string {
  const whole = readPage(path);
  const [, below = ''] = heading === undefined ? ['', whole] : whole.split(`\n${heading}\n`);
  const level = heading?.split(' ')[0]?.length ?? 0;
  const within = level === 0 ? below : (below.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? '');
  const blocks = [...within.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, lines = '']) => lines.trim());
  const found = blocks.find((lines) => lines.includes(holding));
  if (found === undefined) throw new Error(`${path} has no lines with ${holding} below ${heading ?? 'its title'}`);
  return found;
}

/** The anchors that a link may lead to. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  return new Set([...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchorOf(title)));
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** Where its links and pictures lead; those to other hosts are left out. */
export function linksOf(markdown: string): readonly { readonly file: string; readonly anchor: string | undefined }[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { file, anchor };
    });
}
