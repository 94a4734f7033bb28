import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { MemoryReplayStore } from './memory-store.ts';
import { entryBytes, type ReplayLimits } from './ports.ts';
import { describeReplayStore } from './replay-store.contract.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);

function memory(limits: ReplayLimits) {
  const state = { nowMs: 0, limits };
  const store = new MemoryReplayStore({ now: () => state.nowMs, limits: () => state.limits });
  const keep = (owner: string, id: string, bytes: number) => {
    store.claim({ owner, id }, 'print', 'h');
    store.keep({ owner, id }, 'h', new Uint8Array(bytes));
  };
  /** What is kept, without claiming anything. */
  const has = (owner: string, id: string) => {
    const { state: found } = store.claim({ owner, id }, 'print', 'look');
    store.release({ owner, id }, 'look');
    return found === 'kept';
  };
  return { store, state, keep, has };
}

describeReplayStore('memory', (limits) => {
  const { store, state } = memory(limits);
  return {
    store,
    pass: (ms) => {
      state.nowMs += ms;
    },
  };
});

describe('MemoryReplayStore', () => {
  test('fault 63: where room is needed, the longest unused goes first', () => {
    const { keep, has } = memory({ ttlMs: 1000, totalBytes: 16_000 });
    // Each takes 768 bytes beside its answer; ten fit.
    for (let i = 0; i < 10; i++) keep('a', `${i}`, 832);
    expect(has('a', '0')).toBe(true);
    keep('a', 'x', 832);
    expect([has('a', '0'), has('a', '1'), has('a', '2'), has('a', 'x')]).toEqual([true, false, true, true]);
  });

  test('O8: an owner who keeps much pushes out its own answers, not those of others', () => {
    const { keep, has, store } = memory({ ttlMs: 1000, totalBytes: 16_000 });
    keep('quiet', '1', 100);
    for (let i = 0; i < 100; i++) keep('busy', `${i}`, 832);
    expect(has('quiet', '1')).toBe(true);
    expect(has('busy', '99')).toBe(true);
    expect(store.bytes).toBeLessThanOrEqual(16_000);
  });

  test('limits that are lowered hold at the next request', () => {
    const { keep, has, store, state } = memory({ ttlMs: 1000, totalBytes: 16_000 });
    for (let i = 0; i < 10; i++) keep('a', `${i}`, 832);
    state.limits = { ttlMs: 1000, totalBytes: 5000 };
    expect(has('a', '9')).toBe(true);
    expect(store.size).toBe(3);
    state.limits = { ttlMs: 0, totalBytes: 5000 };
    expect(has('a', '9')).toBe(false);
    expect([store.size, store.bytes]).toEqual([0, 0]);
  });

  test(`bounds hold, and a name is never answered with another's answer, whatever happens (${RUNS} runs)`, () => {
    const limits: ReplayLimits = { ttlMs: 100, totalBytes: 12_000 };
    const step = fc.record({
      act: fc.constantFrom('claim', 'claim', 'keep', 'release'),
      owner: fc.constantFrom('a', 'b', 'ab'),
      id: fc.constantFrom('1', '2', '3'),
      holder: fc.constantFrom('x', 'y'),
      length: fc.integer({ min: 0, max: 2000 }),
      pause: fc.constantFrom(0, 0, 1, 40),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { store, state } = memory(limits);
        const held = new Map<string, string>();
        const kept = new Map<string, { answer: Uint8Array; atMs: number }>();
        for (const { act, owner, id, holder, length, pause } of steps) {
          state.nowMs += pause;
          const place = `${owner}/${id}`;
          const name = { owner, id };
          if (act === 'release') {
            store.release(name, holder);
            if (held.get(place) === holder) held.delete(place);
          } else if (act === 'keep') {
            const answer = new Uint8Array(length);
            store.keep(name, holder, answer);
            if (held.get(place) === holder) {
              held.delete(place);
              if (768 + length <= entryBytes(limits)) kept.set(place, { answer, atMs: state.nowMs });
            }
          } else {
            const claim = store.claim(name, place, holder);
            const model = kept.get(place);
            const isFresh = model !== undefined && state.nowMs - model.atMs < limits.ttlMs;
            if (held.has(place)) expect(claim).toEqual({ state: 'held', fingerprint: place });
            else if (claim.state === 'kept') {
              expect([isFresh, claim.fingerprint, claim.answer === model?.answer]).toEqual([true, place, true]);
            } else {
              expect(claim.state).toBe('claimed');
              held.set(place, holder);
              kept.delete(place);
            }
          }
          expect(store.bytes).toBeLessThanOrEqual(limits.totalBytes);
        }
        state.nowMs += 1000;
        store.forget();
        expect([store.size, store.bytes]).toEqual([0, 0]);
      }),
      { numRuns: RUNS },
    );
  });
});
