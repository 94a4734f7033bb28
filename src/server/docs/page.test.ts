import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { configOf } from '../../config/load.fixture.ts';
import { DIRECTIVES } from '../../gateway/orchestra/directives/directives.ts';
import type { Model } from '../../gateway/routing/catalogue.ts';
import { DATA_ERRORS } from '../error-meanings.ts';
import { dataRoutes } from '../data-routes.ts';
import { buildGraph } from '../graph.ts';
import { documentedPath } from '../openapi/document.ts';
import { REQUEST_HEADERS } from '../request-headers.ts';
import { RESPONSE_HEADERS } from '../response-headers.ts';
import { exampleModel } from './example-model.ts';
import { PAGE_FILES } from './files.ts';
import { highlight } from './highlight.ts';
import { escape, fill, Html, markup, prose } from './html.ts';
import { createPage } from './render-page.ts';
import { LANGUAGES, SNIPPETS } from './snippets.ts';

const routes = dataRoutes({} as Parameters<typeof dataRoutes>[0]);
const page = createPage(routes);
const BASE = 'https://gw.example:8443';

const { catalogue } = buildGraph(
  configOf(
    `
providers:
  secret-vendor: { shape: openai, base_url: "https://hidden.internal/v1", api_key: "\${KEY}" }
models:
  '<b>"odd"&{{base}}': { targets: [{ provider: secret-vendor, model: internal-name }] }
  team/fast: { targets: [{ provider: secret-vendor, model: internal-name }], price: { input: 0.25, output: 2 }, context: 400000 }
`,
    { env: { KEY: 'sk-hidden' } },
  ),
  { userAgent: 'test', via: 'test' },
);
const models: readonly Model[] = catalogue.list();
const closed = page({ base: BASE, model: undefined, models: undefined });
const open = page({ base: BASE, model: exampleModel(models, models), models });

/** What a reader sees of markup. */
const textOf = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
    );

describe('the page', () => {
  test('has every example for the address it was asked at', () => {
    const figures = [...open.matchAll(/<figure class="snippet" data-language[\s\S]*?<code>([\s\S]*?)<\/code>/g)];
    const shown = figures.map(([, code = '']) => textOf(code));
    expect(shown).toEqual(
      SNIPPETS.map(({ text }) => text.trimEnd().replaceAll('{{base}}', BASE).replaceAll('{{model}}', 'team/fast')),
    );
    expect(new Set(shown).size).toBe(LANGUAGES.length * 4);
  });

  test('has no slot left', () => {
    expect(closed).not.toMatch(/\{\{\w+\}\}/);
  });

  test('has every route, code, header and directive', () => {
    const text = textOf(closed);
    for (const route of routes) expect(text).toContain(`${route.method} ${documentedPath(route)}`);
    for (const { openaiCode, anthropicType } of DATA_ERRORS) {
      expect(text).toContain(openaiCode);
      expect(text).toContain(anthropicType);
    }
    for (const { name } of [...REQUEST_HEADERS, ...RESPONSE_HEADERS]) expect(text).toContain(name);
    for (const directive of DIRECTIVES.values()) expect(text).toContain(directive.text);
    expect([...closed.matchAll(/<tr id="error-/g)]).toHaveLength(DATA_ERRORS.length);
  });

  test('keeps to its policy: nothing inline, nothing from elsewhere', () => {
    for (const markup of [closed, open]) {
      expect(markup).not.toMatch(/<style|<script(?![^>]* src="\/docs\/)|\sstyle=|\son\w+=|javascript:/i);
      const loaded = [...markup.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target = '']) => target);
      expect(loaded.filter((target) => !/^(?:#[a-z]+|\/docs\/[a-z.]+|\/openapi\.json)$/.test(target))).toEqual([]);
      const files = loaded
        .filter((target) => target.startsWith('/docs/'))
        .map((target) => target.slice('/docs/'.length));
      expect(files.filter((name) => !PAGE_FILES.has(name))).toEqual([]);
    }
    const style = PAGE_FILES.get('page.css')?.text ?? '';
    expect(style).not.toMatch(/@import|url\(/);
  });

  test('its links lead to sections it has', () => {
    const ids = new Set([...closed.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const anchors = [...closed.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(anchors.length).toBeGreaterThan(8);
    expect(anchors.filter((id) => !ids.has(id))).toEqual([]);
    const labelled = [...closed.matchAll(/ for="([^"]+)"/g)].map(([, id]) => id);
    expect(labelled.filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe('what strangers see of the models', () => {
  test('nothing, unless they are open', () => {
    expect(closed).not.toContain('team/fast');
    expect(closed).not.toContain('0.25');
    expect(textOf(closed)).toContain('"model": "MODEL"');
    expect(textOf(closed)).toContain('in place of MODEL');
    expect(exampleModel(models, [])).toBeUndefined();
  });

  test('ids, context, what they take and prices where they are open; never where they are served', () => {
    const text = textOf(open);
    for (const part of ['team/fast', '400,000', '0.25', '<b>"odd"&{{base}}']) expect(text).toContain(part);
    for (const hidden of ['secret-vendor', 'hidden.internal', 'internal-name', 'sk-hidden']) {
      expect(open).not.toContain(hidden);
    }
    expect(open).not.toContain('<b>"odd"');
  });

  test('the examples ask the demo where it is there', () => {
    const demo = buildGraph(configOf(undefined), { userAgent: 'test', via: 'test' });
    const served = [demo.orchestra.model, ...demo.catalogue.list()];
    expect(exampleModel(served, [])).toBe('tokenharbor/demo');
    expect(exampleModel(served.slice(0, 1), [])).toBe('th-orchestra');
  });
});

describe('markup', () => {
  test('what goes into it is escaped', () => {
    expect(markup`<p title="${'"><script>'}">${"a'&b"}${undefined}${3}${markup`<i>${'<'}</i>`}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">a&#39;&amp;b3<i>&lt;</i></p>',
    );
    expect(prose('use `<b>` & so').text).toBe('use <code>&lt;b&gt;</code> &amp; so');
    expect(escape('$&')).toBe('$&amp;');
  });

  test('what a slot is filled with is not filled again', () => {
    expect(fill('{{a}} {{b}} {{c}}', { a: new Html('{{b}} $&'), b: new Html('x') })).toBe('{{b}} $& x {{c}}');
  });

  test('a snippet with its marks is the snippet', () => {
    for (const { text } of SNIPPETS) {
      const marked = highlight(text).text;
      expect(textOf(marked)).toBe(text);
      expect(marked).toContain('<span class="string">');
    }
  });
});

test('the examples of curl and PowerShell are those of the README', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  for (const { language, text } of SNIPPETS.filter(({ language: one }) => one === 'curl' || one === 'powershell')) {
    const there = text.replaceAll('{{base}}', 'http://127.0.0.1:8787').replaceAll('{{model}}', 'tokenharbor/demo');
    expect({ language, found: readme.includes(`\n${there}\`\`\``) }).toEqual({ language, found: true });
  }
});
