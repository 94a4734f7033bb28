import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { type Capabilities, OPENAI_CAPABILITIES } from '../../protocol/transcode/capabilities.ts';
import { Catalogue, type ConnectedProvider, type ModelTemplate } from './catalogue.ts';
import { Health } from './health-registry.ts';

// The first strings of any characters take seconds on a busy machine.
setDefaultTimeout(30_000);

const provider = { name: 'p' } as ConnectedProvider;

/** What a target takes bears the id it was told for. */
const capabilitiesOf = (upstreamModel: string): Capabilities => ({
  ...OPENAI_CAPABILITIES,
  regions: [upstreamModel],
  context: 1000,
  maxOutput: 100,
});

const PRICE = { input: 1n, output: 2n, cacheRead: 3n, cacheWrite: 4n };

const health = new Health();
const PLACED = {
  priority: 0,
  weight: 1,
  hasWeight: false,
  priceOf: () => undefined,
  healthOf: (upstreamModel: string) => health.of('p', upstreamModel),
};

const model = (id: string, ...targets: string[]): ModelTemplate => ({
  id,
  targets: targets.map((name) => ({ ...PLACED, provider, model: name, capabilitiesOf })),
  policy: 'weight',
  hedge: false,
  price: undefined,
  context: undefined,
  maxOutput: undefined,
});

const targetsOf = (catalogue: Catalogue, id: string) => catalogue.find(id)?.targets.map((target) => target.model);

describe('Catalogue', () => {
  const catalogue = new Catalogue([
    model('claude-*', 'glob/*'),
    model('claude-exact', 'exact'),
    model('vendor/*', '*', 'backup/*-latest', 'fixed'),
    model('vendor/special/*', 'never: the first glob that fits wins'),
    model('*-mini', 'mini-*'),
  ]);

  test('an exact id goes before a glob, whichever stands first', () => {
    expect(targetsOf(catalogue, 'claude-exact')).toEqual(['exact']);
    expect(targetsOf(catalogue, 'claude-other')).toEqual(['glob/other']);
  });

  test('the first glob that fits wins, and * in its targets takes what it matched', () => {
    expect(targetsOf(catalogue, 'vendor/special/x')).toEqual(['special/x', 'backup/special/x-latest', 'fixed']);
    expect(targetsOf(catalogue, 'gpt-mini')).toEqual(['mini-gpt']);
    expect(targetsOf(catalogue, 'vendor/')).toEqual(['', 'backup/-latest', 'fixed']);
  });

  test('a model bears the id that was asked for, and the catalogue’s own is left alone', () => {
    expect(catalogue.find('vendor/a')?.id).toBe('vendor/a');
    expect(catalogue.find('vendor/b')?.id).toBe('vendor/b');
    expect(targetsOf(catalogue, 'vendor/a')).toEqual(['a', 'backup/a-latest', 'fixed']);
  });

  test('replacement patterns and globs in an id mean nothing', () => {
    for (const name of ['$&', '$1', "$'", '$`', '$$', '*', '**', '\\', '%2f..']) {
      expect(targetsOf(catalogue, `vendor/${name}`)).toEqual([name, `backup/${name}-latest`, 'fixed']);
    }
  });

  test('nothing else answers: letter case, space and parts count', () => {
    for (const id of [
      'Claude-exact',
      'claude',
      ' claude-exact',
      'xvendor/a',
      'gpt-mini ',
      '',
      '__proto__',
      'constructor',
    ]) {
      expect([id, catalogue.find(id)]).toEqual([id, undefined]);
    }
  });

  test('the mark for a long context is no part of the name', () => {
    expect(targetsOf(catalogue, 'claude-exact[1m]')).toEqual(['exact']);
    expect(targetsOf(catalogue, 'claude-other[1m]')).toEqual(['glob/other']);
    expect(catalogue.find('unknown[1m]')).toBeUndefined();
    expect(targetsOf(new Catalogue([model('a[1m]', 'long'), model('a', 'short')]), 'a[1m]')).toEqual(['long']);
  });

  test('an id of a megabyte is looked up at once', () => {
    const start = performance.now();
    for (const id of ['[1m]'.repeat(500_000), 'x'.repeat(2_000_000), `vendor/${'*'.repeat(1_000_000)}`])
      catalogue.find(id);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('any id finds its exact model, and under a glob gives its targets the very rest', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (name) => {
        fc.pre(!name.includes('*') && !name.endsWith('[1m]'));
        const both = new Catalogue([model('g/*', 'up:*'), model(name, 'exact')]);
        expect(targetsOf(both, name)).toEqual(['exact']);
        if (name !== `g/${name}`) expect(targetsOf(both, `g/${name}`)).toEqual([`up:${name}`]);
      }),
    );
  });

  test('every target bears what the model behind it takes, told for the id the upstream knows', () => {
    const regions = (id: string) => catalogue.find(id)?.targets.map(({ capabilities }) => capabilities.regions);
    expect(regions('claude-exact')).toEqual([['exact']]);
    expect(regions('vendor/a')).toEqual([['a'], ['backup/a-latest'], ['fixed']]);
  });

  test('every target bears the price of the model behind it', () => {
    const asked: string[] = [];
    const priceOf = (upstreamModel: string) => {
      asked.push(upstreamModel);
      return upstreamModel === 'priced' ? PRICE : undefined;
    };
    const priced = new Catalogue([
      {
        ...model('v/*'),
        targets: ['*', 'fixed'].map((name) => ({ ...PLACED, provider, model: name, capabilitiesOf, priceOf })),
      },
    ]);
    expect(priced.find('v/priced')?.targets.map(({ price }) => price)).toEqual([PRICE, undefined]);
    expect(priced.find('v/other')?.targets.map(({ price }) => price)).toEqual([undefined, undefined]);
    expect(asked).toEqual(['priced', 'fixed', 'other', 'fixed']);
  });

  test('limits that nobody configured are those of the first target', () => {
    expect(catalogue.find('claude-exact')).toMatchObject({ context: 1000, maxOutput: 100 });
    const limited = new Catalogue([{ ...model('m', 'm'), context: 5, maxOutput: 4 }]);
    expect(limited.find('m')).toMatchObject({ context: 5, maxOutput: 4 });
  });

  test('a model under a glob is made once, and however many are asked for, few are kept', () => {
    let made = 0;
    const counting = new Catalogue([
      {
        ...model('g/*'),
        targets: [{ ...PLACED, provider, model: '*', capabilitiesOf: (name) => (made++, capabilitiesOf(name)) }],
      },
    ]);
    const first = counting.find('g/first');
    expect(counting.find('g/first')).toBe(first);
    expect(made).toBe(1);
    for (let i = 0; i < 2000; i++) counting.find(`g/${i}`);
    expect(counting.find('g/first')).not.toBe(first);
    expect(counting.find('g/first')).toEqual(first);
    const long = `g/${'x'.repeat(1000)}`;
    expect(counting.find(long)).not.toBe(counting.find(long));
  });

  test('lists what has a name of its own', () => {
    expect(catalogue.list().map(({ id }) => id)).toEqual(['claude-exact']);
  });
});
