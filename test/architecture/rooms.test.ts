import { describe, expect, test } from 'bun:test';
import { readSources, roomOf } from './import-graph.ts';

/** Which room may import which. What is not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  config: [],
  version: [],
  accounts: ['protocol'],
  telemetry: ['protocol', 'gateway', 'accounts'],
  gateway: ['protocol', 'accounts', 'telemetry'],
  server: ['gateway', 'accounts', 'config', 'telemetry', 'protocol'],
  cli: ['accounts', 'config', 'gateway', 'protocol', 'server', 'telemetry', 'version'],
  main: ['cli'],
};

/** A room's import of another one, narrowed to some of its files. */
const ONLY: readonly { readonly from: string; readonly to: string; readonly files: RegExp }[] = [
  { from: 'gateway', to: 'telemetry', files: /telemetry\/events\.ts$/ },
  { from: 'telemetry', to: 'gateway', files: /gateway\/(outcome|orchestra\/decision)\.ts$/ },
  {
    from: 'gateway',
    to: 'accounts',
    files:
      /accounts\/(pricing|keys\/(budgets-of|fault|keyring|model-scope)|ledger\/(period|ports)|limits\/(headers|ports|refusal))\.ts$/,
  },
];

const sources = readSources();

test('there is a product to look at', () => {
  expect(sources.length).toBeGreaterThan(80);
  expect(sources.some(({ imports }) => imports.length > 5)).toBe(true);
});

describe('imports', () => {
  for (const source of sources) {
    test(source.path, () => {
      const from = roomOf(source.path);
      for (const target of source.imports) {
        if (!target.startsWith('src/')) continue;
        const to = roomOf(target);
        if (to === from) continue;
        expect({ from: source.path, to: target, allowed: MAY_IMPORT[from]?.includes(to) ?? false }).toEqual({
          from: source.path,
          to: target,
          allowed: true,
        });
        const rule = ONLY.find((only) => only.from === from && only.to === to);
        if (rule !== undefined) expect(target).toMatch(rule.files);
      }
    });
  }

  test('no cycle', () => {
    const edges = new Map(sources.map(({ path, text, imports }) => [path, withoutTypeImports(text, imports)]));
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      expect([...trail, path].slice(trail.indexOf(path))).toEqual(
        trail.includes(path) ? [] : [...trail, path].slice(trail.indexOf(path)),
      );
      if (done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(done.size).toBeGreaterThanOrEqual(sources.length);
  });
});

describe('what a room may touch', () => {
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, '');

  test('protocol is free of runtime builtins, clocks and async', () => {
    for (const { path, packages, text } of sources.filter((source) => roomOf(source.path) === 'protocol')) {
      expect({ path, packages }).toEqual({ path, packages: [] });
      expect(code(text)).not.toMatch(/\b(?:Bun|Deno|process|Buffer|performance|setTimeout|setInterval|fetch)\b[.(]/);
      expect(code(text)).not.toMatch(/\bDate\b|\basync\s|\bawait\s/);
    }
  });

  test('fetch is called in gateway/upstream alone', () => {
    for (const { path, text } of sources) {
      if (path.startsWith('src/gateway/upstream/')) continue;
      expect({ path, calls: /(?<![\w.])fetch\(/.test(code(text)) }).toEqual({ path, calls: false });
    }
  });

  test('Bun is named in its runtime adapter and at the start of the process alone', () => {
    for (const { path, text } of sources) {
      if (path === 'src/main.ts' || path.startsWith('src/server/runtime/')) continue;
      expect({ path, names: /\bBun\./.test(code(text)) }).toEqual({ path, names: false });
    }
  });

  test('no process is ever started but this program itself: workers, and what verifies the ledger', () => {
    for (const { path, text, packages } of sources) {
      if (['src/server/workers/spawn-worker.ts', 'src/cli/verify-aside.ts'].includes(path)) continue;
      expect({
        path,
        starts:
          (packages.includes('node:child_process') && !/import type \{ ChildProcess \}/.test(text)) ||
          /Bun\.spawn/.test(text),
      }).toEqual({
        path,
        starts: false,
      });
    }
  });

  test('no vendor is told apart by its name', () => {
    for (const { path, text } of sources) {
      expect({ path, ladder: /provider(?:\.name)?\s*===?\s*['"]/.test(code(text)) }).toEqual({ path, ladder: false });
    }
  });
});

describe('size', () => {
  test('no file is larger than 16 kB and half of them are smaller than 2.5 kB', () => {
    const sizes = sources.map(({ path, text }) => ({ path, bytes: text.length })).sort((a, b) => a.bytes - b.bytes);
    expect(sizes.filter(({ bytes }) => bytes > 16 * 1024)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]?.bytes).toBeLessThan(2560);
  });

  test('no catch-all file names', () => {
    expect(sources.filter(({ path }) => /(?:utils?|helpers?|common|misc)\.ts$/.test(path))).toEqual([]);
  });
});

/** A cycle of types alone exists only on paper. */
function withoutTypeImports(text: string, imports: readonly string[]): string[] {
  return imports.filter((target) => {
    const name = target.slice(target.lastIndexOf('/') + 1).replace(/[.]/g, '\\.');
    const statement = new RegExp(`import\\s+([^;]*?)\\s+from\\s+['"][^'"]*/${name}['"]`).exec(text)?.[1] ?? '';
    return !/^type\s/.test(statement);
  });
}
