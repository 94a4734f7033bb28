/** docs/steering.md shows the very texts that are added, and its examples are what really comes out. */
import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIRECTIVES } from '../../src/gateway/orchestra/directives/directives.ts';
import { readRequest } from '../../src/protocol/request.ts';
import type { Shape } from '../../src/protocol/shape.ts';
import { steerRequest } from '../../src/protocol/steer/steer.ts';
import { ROOT } from './import-graph.ts';

const page = readFileSync(join(ROOT, 'docs/steering.md'), 'utf8');

/** The page from one heading of third rank to the next heading. */
function section(title: string): string {
  const [, text] = page.split(`\n### ${title}\n`);
  if (text === undefined) throw new Error(`docs/steering.md has no section ${title}`);
  return text.split(/\n#{2,3} /)[0] ?? '';
}

const fences = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\`$`, 'gm'))].map(([, code]) => code ?? '');

describe('the texts', () => {
  test.each([...DIRECTIVES.values()].map((directive) => [directive.name, directive] as const))(
    '%s',
    (name, directive) => {
      const text = section(name);
      expect(fences(text, 'text')).toEqual([directive.text]);
      expect(text).toContain(`\nVersion ${directive.version}, \`sha256:${directive.digest}\`\n`);
    },
  );

  test('there is no other', () => {
    const [, texts = ''] = page.split('\n## The texts\n');
    expect([...texts.matchAll(/^### (.*)$/gm)].map(([, name]) => name)).toEqual([...DIRECTIVES.keys()]);
    expect(fences(page, 'text')).toHaveLength(DIRECTIVES.size);
  });
});

describe('the examples', () => {
  const cases: readonly (readonly [title: string, client: Shape, upstreams: readonly Shape[], pairs: number])[] = [
    ['Anthropic client', 'anthropic', ['anthropic', 'openai'], 3],
    ['OpenAI client, OpenAI provider', 'openai', ['openai'], 3],
    ['OpenAI client, Anthropic provider', 'openai', ['anthropic'], 1],
  ];
  test.each(cases)('%s', (title, client, upstreams, pairs) => {
    const bodies = fences(section(title), 'json');
    expect(bodies).toHaveLength(pairs * 2);
    for (let i = 0; i < bodies.length; i += 2) {
      for (const upstream of upstreams) {
        const facts = readRequest(new TextEncoder().encode(bodies[i] ?? ''));
        const steered = steerRequest(facts, client, upstream, 'DIRECTIVE');
        expect(new TextDecoder().decode(steered.facts.bytes)).toBe(bodies[i + 1] ?? '');
      }
    }
  });

  test('none is left out', () => {
    const shown = cases.flatMap(([title]) => fences(section(title), 'json'));
    expect(fences(page, 'json')).toEqual(shown);
  });
});

test('its links lead somewhere', () => {
  const anchors = (text: string) =>
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
  const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  expect(links.length).toBeGreaterThan(5);
  for (const target of links) {
    const [file = '', anchor] = target.split('#');
    const path = join(ROOT, 'docs', file === '' ? 'steering.md' : file);
    expect({ target, exists: existsSync(path) }).toEqual({ target, exists: true });
    if (anchor !== undefined) expect(anchors(readFileSync(path, 'utf8'))).toContain(anchor);
  }
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('](docs/steering.md)');
});
