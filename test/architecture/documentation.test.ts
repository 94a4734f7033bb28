/** The pages name what the program says: every code and header an operator or a client may meet, and no other. */
import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsOf } from '../../src/config/load.fixture.ts';
import { FIELDS as OPENAI_FIELDS } from '../../src/protocol/transcode/openai-to-anthropic/request/fields.ts';
import { FIELDS as ANTHROPIC_FIELDS } from '../../src/protocol/transcode/anthropic-to-openai/request/fields.ts';
import { REQUEST_HEADERS } from '../../src/server/request-headers.ts';
import { RESPONSE_HEADERS } from '../../src/server/response-headers.ts';
import { PAGES, readExamples } from '../support/pages.ts';
import { readSources, ROOT } from './import-graph.ts';

const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const crossing = page('docs/crossing.md');
const pages = [
  'README.md',
  'SECURITY.md',
  ...['clients', 'crossing', 'errors', 'operators', 'orchestra'].map((name) => `docs/${name}.md`),
]
  .map(page)
  .join('\n')
  .toLowerCase();
const sources = readSources();

/** The page from one heading to the next of its level. */
function section(title: string): string {
  const [, text] = crossing.split(`\n## ${title}\n`);
  if (text === undefined) throw new Error(`docs/crossing.md has no section ${title}`);
  return text.split('\n## ')[0] ?? '';
}

/** What stands between backticks. */
function named(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word ?? ''));
}

function found(pattern: RegExp, files: RegExp = /./): string[] {
  const all = sources.filter(({ path }) => files.test(path)).flatMap(({ text }) => [...text.matchAll(pattern)]);
  return [...new Set(all.map(([, word]) => word ?? ''))].sort();
}

/** The members that say how a model is to think, about which codes are formed by name. */
const THINKING = ['reasoning_effort', 'reasoning', 'thinking'];

/** Names that stand for the part of a code that is another each time. */
const FAMILIES = new Set(['dropped.NAME', 'dropped.output_config.NAME', 'dropped.messages.NAME', 'approx.TYPE']);

describe('warnings', () => {
  const literal = found(/['"`]((?:dropped|clamped|approx)\.[a-z_.]+)['"`]/g, /^src\/protocol\/transcode\//);
  const rendered = found(/^ {2}(\w+): (?:'rendered'|readAsText),$/gm, /anthropic-to-openai\/request\//);
  const told = [
    ...Object.entries(OPENAI_FIELDS).flatMap(([name, { tell }]) => (tell === undefined ? [] : [name])),
    ...Object.entries(ANTHROPIC_FIELDS).flatMap(([name, { act }]) => (act === 'warn' ? [name] : [])),
  ];
  const words = named(section('Warnings'));

  test('every code is in the list', () => {
    expect(literal.length).toBeGreaterThan(30);
    expect(literal.filter((code) => !words.has(code))).toEqual([]);
    for (const kind of ['dropped', 'clamped', 'approx']) {
      expect(THINKING.filter((name) => !words.has(`${kind}.${name}`))).toEqual([]);
    }
  });

  test('every name a code is formed with is beside its family', () => {
    expect(told.length).toBeGreaterThan(8);
    expect(rendered.length).toBeGreaterThan(10);
    expect([...told, ...rendered].filter((name) => !words.has(name))).toEqual([]);
  });

  test('codes are formed by name in no other way than the list tells', () => {
    const formed = found(/[`](?:(?:dropped|clamped|approx)\.[a-z_.]*\$\{([^}]+)\})/g, /^src\/protocol\/transcode\//);
    expect(formed).toEqual(["block.require('type').asString()", 'field', 'label', 'name', 'node.path', 'wish.field']);
    const labels = found(/warnOfLabels\(block, \[([^\]]+)\]/g).flatMap((list) => list.match(/\w+/g) ?? []);
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.filter((label) => !words.has(`dropped.${label}`))).toEqual([]);
  });

  test('the list has no code that is not given', () => {
    const known = new Set([
      ...literal,
      ...['dropped', 'clamped', 'approx'].flatMap((kind) => THINKING.map((name) => `${kind}.${name}`)),
      'clamped.output_config',
      'approx.output_config',
      ...found(/'(prompt_cache_\w+)'/g, /\/cache-marks\.ts$/).map((name) => `approx.${name}`),
      ...['title', 'context', 'citations'].map((label) => `dropped.${label}`),
      ...FAMILIES,
    ]);
    const codes = [...words].filter((word) => /^(?:dropped|clamped|approx)\.[A-Za-z_.]+$/.test(word));
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
  });

  test('codes elsewhere on the page are in the list too', () => {
    const codes = [...named(crossing)].filter((word) => /^(?:dropped|clamped|approx)\.[a-z_.]+$/.test(word));
    const fields = new Set([
      ...words,
      ...told.map((name) => `dropped.${name}`),
      ...rendered.map((type) => `approx.${type}`),
    ]);
    expect(codes.filter((code) => !fields.has(code))).toEqual([]);
  });
});

test('the kinds of oddities are those the program counts', () => {
  const counts = sources.flatMap(({ text }) => [...text.matchAll(/oddities\.count\(([^;]*?)\);?\n/g)]);
  const kinds = counts.flatMap(([, argument = '']) => argument.match(/(?<=')[a-z]+(?:_[a-z]+)+(?=')/g) ?? []);
  expect(kinds.length).toBeGreaterThanOrEqual(counts.length);
  const listed = [...section('Oddities').matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) => [...named(cell ?? '')]);
  expect(listed.sort()).toEqual([...new Set(kinds)].sort());
});

describe('fields', () => {
  const tables = [
    ['OpenAI client, Anthropic model', OPENAI_FIELDS],
    ['Anthropic client, OpenAI model', ANTHROPIC_FIELDS],
  ] as const;
  for (const [title, fields] of tables) {
    test(`${title}: every member has its row`, () => {
      const cells = [...section(title).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) => [...named(cell ?? '')]);
      expect(Object.keys(fields).length).toBeGreaterThan(20);
      expect(Object.keys(fields).filter((name) => !cells.includes(name))).toEqual([]);
    });
  }
});

test('every header of ours is named', () => {
  const answered = found(/(?:headers\[|^\s*)['"](x-th-[a-z-]+)['"](?:\]\s*=|:)/gm);
  const asked = found(/headers\.get\(['"](x-th-[a-z-]+)['"]\)/g);
  expect(answered.length).toBeGreaterThan(8);
  expect(asked.length).toBeGreaterThan(1);
  expect([...answered, ...asked].filter((name) => !pages.includes(name))).toEqual([]);
  // The same by the lists that GET /docs, GET /openapi.json and browsers' scripts have them from.
  const ours = (names: readonly { readonly name: string }[]) =>
    names.map(({ name }) => name.toLowerCase()).filter((name) => name.startsWith('x-th-'));
  expect(ours(RESPONSE_HEADERS).toSorted()).toEqual(answered);
  // And one that the dashboard sends to its own API.
  expect(asked.filter((name) => !ours(REQUEST_HEADERS).includes(name))).toEqual(['x-th-playground-key']);
  expect(ours(REQUEST_HEADERS).filter((name) => !pages.includes(name))).toEqual([]);
});

test('every configuration on the pages is free of problems', () => {
  const own = PAGES.flatMap(readExamples).filter(
    ({ language, code }) => language === 'yaml' && !code.includes('scrape_configs'),
  );
  expect(own.length).toBeGreaterThan(4);
  // An example of pools names models of the one of several targets.
  const targets = own.find(({ place }) => place.startsWith('docs/requests.md'))?.code ?? '';
  for (const { place, code } of own) {
    const text = code.startsWith('orchestra:') ? `${targets}\n${code}` : code;
    const env = Object.fromEntries([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name ?? '', 'made-up']));
    expect({ place, problems: problemsOf(text, { env }) }).toEqual({ place, problems: [] });
  }
});

test('every package that the program is made of is told with its reason', () => {
  const { dependencies } = JSON.parse(page('package.json')) as { readonly dependencies: Record<string, string> };
  const [, table = ''] = page('docs/contributing.md').split('| Dependency | Why |\n');
  const told = [...table.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name]) => name ?? '');
  expect(told.toSorted()).toEqual(Object.keys(dependencies).toSorted());
});
