import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { createSealer, type Sealer } from './seal.ts';
import { TURN_LIMITS, type TurnLimits, TurnMemory } from './turn-store.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
const sealer = createSealer(new Uint8Array(32).fill(1));

function memory(limits: Partial<TurnLimits> = {}, sealedBy: Sealer = sealer) {
  const clock = { now: 1000 };
  const store = new TurnMemory({ sealer: sealedBy, now: () => clock.now, limits: { ...TURN_LIMITS, ...limits } });
  const keep = (keyId: string, toolCallId: string, turn: string) => store.keep(keyId, { toolCallId, turn });
  return { store, clock, keep };
}

describe('TurnMemory', () => {
  test('C068 thinking-store: a turn is recalled by its key and its tool call alone', () => {
    const { store, keep } = memory();
    keep('key_a', 'toolu_1', 'hm é');
    keep('key_b', 'toolu_1', 'other');
    expect(store.recall('key_a', 'toolu_1')).toBe('hm é');
    expect(store.recall('key_b', 'toolu_1')).toBe('other');
    for (const [keyId, id] of [
      ['key_c', 'toolu_1'],
      ['key_a', 'toolu_2'],
      ['key_a', ''],
      ['key_atool', 'u_1'],
      ['key_', 'atoolu_1'],
      ['', 'key_atoolu_1'],
    ] as const) {
      expect(store.recall(keyId, id)).toBeUndefined();
    }
  });

  test('the latest turn of a tool call counts, even where it is too large to keep', () => {
    const { store, keep } = memory({ bytesPerTurn: 2000 });
    keep('k', 't', 'one');
    keep('k', 't', 'two');
    expect([store.size, store.recall('k', 't')]).toEqual([1, 'two']);
    keep('k', 't', 'x'.repeat(2000));
    expect([store.size, store.bytes, store.recall('k', 't')]).toEqual([0, 0, undefined]);
  });

  test('a turn is forgotten an hour after it was last needed, whether anybody asks or not', () => {
    const { store, clock, keep } = memory();
    keep('k', 'old', 'old');
    keep('k', 'used', 'used');
    clock.now += TURN_LIMITS.ttlMs - 1;
    expect(store.recall('k', 'used')).toBe('used');
    clock.now += 1;
    expect(store.recall('k', 'old')).toBeUndefined();
    expect(store.recall('k', 'used')).toBe('used');
    clock.now += TURN_LIMITS.ttlMs;
    store.forget();
    expect([store.size, store.bytes, store.bytesOf('k')]).toEqual([0, 0, 0]);
  });

  test('those unused for the longest go first: of the same key where its share is full, else of all', () => {
    const turn = 'x'.repeat(1000);
    const { store, keep } = memory({ bytesPerKey: 8000, totalBytes: 12_000 });
    const held = (key: string) => ['1', '2', '3', '4', '5', '6'].filter((id) => store.recall(key, id) === turn);
    for (const id of ['1', '2', '3', '4', '5']) keep('a', id, turn);
    expect(held('a')).toEqual(['1', '2', '3', '4', '5']);
    store.recall('a', '1');
    keep('a', '6', turn);
    expect(held('a')).toEqual(['1', '3', '4', '5', '6']);
    for (const id of ['1', '2', '3']) keep('b', id, turn);
    expect([held('a'), held('b')]).toEqual([
      ['3', '4', '5', '6'],
      ['1', '2', '3'],
    ]);
    for (let i = 0; i < 100; i++) keep('b', `${i}`, turn);
    // One key cannot push all others out.
    expect(held('a').length).toBeGreaterThan(1);
  });

  test('a flipped bit is a miss', () => {
    let bit = 0;
    const flipping: Sealer = {
      ...sealer,
      seal: (text, context) => {
        const sealed = sealer.seal(text, context).slice();
        sealed[(bit >> 3) % sealed.length]! ^= 1 << (bit & 7);
        return sealed;
      },
    };
    const { store, keep } = memory({}, flipping);
    for (bit = 0; bit < 300; bit++) {
      keep('k', `t${bit}`, 'a turn');
      expect(store.recall('k', `t${bit}`)).toBeUndefined();
    }
  });

  test(`bounds hold, and nobody gets another's turn, whatever happens in which order (${RUNS} runs)`, () => {
    const limits: TurnLimits = { ttlMs: 100, totalBytes: 12_000, bytesPerKey: 5000, bytesPerTurn: 2500 };
    const step = fc.record({
      act: fc.constantFrom('keep', 'recall', 'forget'),
      key: fc.constantFrom('a', 'b', 'c', 'ab'),
      id: fc.constantFrom('1', '2', '3', 'b1', '12', 'x'.repeat(300)),
      length: fc.integer({ min: 0, max: 3000 }),
      pause: fc.constantFrom(0, 0, 1, 40),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { store, clock, keep } = memory(limits);
        const latest = new Map<string, { turn: string; usedMs: number }>();
        steps.forEach(({ act, key, id, length, pause }, at) => {
          clock.now += pause;
          const place = JSON.stringify([key, id]);
          if (act === 'keep') {
            const turn = `${place} ${at} ${'é'.repeat(length)}`;
            keep(key, id, turn);
            latest.set(place, { turn, usedMs: clock.now });
          } else if (act === 'recall') {
            const recalled = store.recall(key, id);
            const kept = latest.get(place);
            if (recalled !== undefined) {
              expect(recalled).toBe(kept?.turn as string);
              expect(clock.now - (kept?.usedMs ?? 0)).toBeLessThan(limits.ttlMs);
              latest.set(place, { turn: recalled, usedMs: clock.now });
            }
          } else store.forget();
          expect(store.bytes).toBeLessThanOrEqual(limits.totalBytes);
          const keys = ['a', 'b', 'c', 'ab'].map((one) => store.bytesOf(one));
          expect(Math.max(...keys)).toBeLessThanOrEqual(limits.bytesPerKey);
          expect(keys.reduce((sum, bytes) => sum + bytes, 0)).toBe(store.bytes);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('what just fits is kept: limits do not empty the store', () => {
    const { store, keep } = memory({ bytesPerKey: 4000, totalBytes: 4000, bytesPerTurn: 4000 });
    keep('k', 't', 'x'.repeat(3000));
    expect(store.recall('k', 't')).toHaveLength(3000);
    keep('k', 'u', 'x'.repeat(5000));
    expect(store.recall('k', 't')).toHaveLength(3000);
  });
});
