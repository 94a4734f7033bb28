/** docs/metrics.md names every metric, label, bound and attribute there is, and no other. */
import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHARGES } from '../../src/gateway/outcome.ts';
import { Metrics } from '../../src/telemetry/metrics/metrics.ts';
import { readSamples } from '../../src/telemetry/metrics/prometheus-text.fixture.ts';
import { ATTRIBUTE, BUCKETS, GEN_AI_METRIC, METRIC } from '../../src/telemetry/names.ts';
import { finished, lost } from '../../src/telemetry/request-finished.fixture.ts';
import { ROOT } from './import-graph.ts';

const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');

/** The cells of the table whose first column has this head. */
function table(head: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  const end = lines.findIndex((line, i) => i > at && !line.startsWith('|'));
  return lines.slice(at + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const words = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');

describe('docs/metrics.md', () => {
  const rows = table('Metric');

  test('has every metric, in the order of its name', () => {
    expect(rows.flatMap(([name]) => words(name))).toEqual(Object.values(METRIC));
  });

  test('has the type and the labels of each', async () => {
    const metrics = new Metrics({ build: { version: '1', commit: 'c', bun: null }, fetchLimit: 1 });
    metrics.watch(
      {
        streamsInFlight: () => 0,
        upstreamRequests: () => 0,
        breakers: () => [{ provider: 'p', target: 't', state: 0 }],
        ledger: () => ({ unwritten: 0, open: 0, heldNano: 0n, failure: undefined }),
      },
      (model) => model,
    );
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 1, cacheWriteTokens: 1, reasoningTokens: 1 };
    metrics.requestFinished(finished({ usage, steering: 'role:coder', oddities: { stray_done: 1 } }));
    metrics.requestFinished(
      finished({ attempts: 2, lost: [lost({ provider: 'q' })], keyFault: 'revoked', denied: 'tokens' }),
    );
    metrics.ledgerCommitted(1);
    metrics.configLoaded('h');
    metrics.otlpSent('traces', 1);
    metrics.otlpDropped('traces', 1);
    const text = await metrics.text();
    metrics.close();
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    expect(types.size).toBe(Object.values(METRIC).length);
    const samples = readSamples(text);
    for (const [cell, type, labels] of rows) {
      const [name = ''] = words(cell);
      const sample = samples.find((one) => one.name === name || one.name === `${name}_sum`);
      // Only the lag of the event loop has to be waited for.
      const seen = name === METRIC.eventLoopLag ? [] : Object.keys(sample?.labels ?? { nothing: 'seen' });
      expect([name, type, words(labels).toSorted()]).toEqual([name, types.get(name) ?? '', seen.toSorted()]);
    }
  });

  test('has the bounds of every histogram', () => {
    const told = table('Histogram').map(([name, bounds = '']) => [words(name)[0], bounds.split(', ').map(Number)]);
    const keys = Object.keys(BUCKETS) as (keyof typeof BUCKETS)[];
    expect(told).toEqual(keys.map((key) => [METRIC[key], [...BUCKETS[key]]]));
  });

  test('has every outcome', () => {
    const [, section = ''] = page.split('### Outcomes\n');
    expect(
      words(section.split('\n## ')[0])
        .filter((word) => word !== 'Idempotency-Key')
        .toSorted(),
    ).toEqual(Object.keys(CHARGES).toSorted());
  });

  test('has every attribute and every GenAI metric', () => {
    const [, otlp = ''] = page.split('## By OTLP\n');
    const named = new Set(words(otlp));
    const all = [...Object.values(ATTRIBUTE), ...Object.values(GEN_AI_METRIC).map(({ name }) => name)];
    expect(all.filter((name) => !named.has(name))).toEqual([]);
    const known = new Set<string>(all);
    expect([...named].filter((word) => /^(?:gen_ai|tokenharbor|http|error)\./.test(word) && !known.has(word))).toEqual(
      [],
    );
  });
});
