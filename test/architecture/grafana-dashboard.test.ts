/** Every query of the dashboard asks for metrics and labels that there are, and no metric is left out of it. */
import { describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABEL, METRIC } from '../../src/telemetry/names.ts';
import { ROOT } from './import-graph.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const PROMTOOL = Bun.which('promtool', { PATH: `${process.env.PATH}:/usr/bin` });
if (PROMTOOL === null) console.warn('SKIPPED: promtool is not installed (Debian: apt-get install prometheus)');

const text = readFileSync(join(ROOT, 'deploy/grafana/tokenharbor.json'), 'utf8');
const dashboard = JSON.parse(text) as { readonly panels: readonly Panel[] };
const targets = dashboard.panels.flatMap(({ title, targets: own = [] }) => own.map((target) => ({ title, ...target })));
const known = new Set<string>(Object.values(METRIC));
/** What a scrape adds, and what the dashboard's own queries are made by. */
const labels = new Set<string>([...Object.values(LABEL), 'instance', 'le']);

const metricsOf = (expr: string): string[] =>
  (expr.match(/\b(?:tokenharbor|process)_\w+/g) ?? []).map((name) =>
    known.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, ''),
  );

describe('deploy/grafana/tokenharbor.json', () => {
  test('there is something to look at', () => {
    expect(targets.length).toBeGreaterThan(30);
  });

  for (const { title, expr, legendFormat } of targets) {
    test(`${title}: ${expr.slice(0, 60)}`, () => {
      expect(metricsOf(expr).length).toBeGreaterThan(0);
      expect(metricsOf(expr).filter((name) => !known.has(name))).toEqual([]);
      const selected = [...expr.matchAll(/[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label ?? '');
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? '').split(/,\s*/));
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? '');
      expect([...selected, ...grouped, ...shown].filter((label) => !labels.has(label))).toEqual([]);
      expect(expr.split('(').length).toBe(expr.split(')').length);
    });
  }

  test.skipIf(PROMTOOL === null)('promtool can read every query', () => {
    const rules = targets.map(({ expr }, at) => ({
      record: `query_${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    }));
    const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-test-'));
    const file = join(directory, 'rules.json');
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { exitCode, stderr, stdout } = Bun.spawnSync([PROMTOOL as string, 'check', 'rules', file]);
    rmSync(directory, { recursive: true });
    expect([exitCode, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining(`${rules.length} rules found`)]);
  });

  test('leaves no metric out', () => {
    const asked = new Set(targets.flatMap(({ expr }) => metricsOf(expr)));
    expect([...known].filter((name) => !asked.has(name))).toEqual([]);
  });

  test('has no two panels in one place, and none without a place', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, taken.has(`${x} ${y}`)]).toEqual([title, false]);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});
