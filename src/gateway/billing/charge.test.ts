import { describe, expect, test } from 'bun:test';
import { NO_USAGE } from '../../protocol/usage.ts';
import { Oddities } from '../../protocol/transcode/oddities.ts';
import { CHARGES, type Outcome } from '../outcome.ts';
import type { Told } from '../attempts/tried.ts';
import { type ChargeOptions, chargeOf, NOTHING } from './charge.ts';

const PRICE = { input: 1_000_000_000n, output: 2_000_000_000n, cacheRead: 0n, cacheWrite: 0n };
const HELD = 10_000n;

function told(outputTokens: number, hasOutput = outputTokens > 0): Told {
  const usage = { ...NO_USAGE, inputTokens: 2, outputTokens };
  return { usage, reported: undefined, usageEstimated: true, hasOutput, oddities: new Oddities() };
}

/** What 5 tokens in would cost, where nothing is told. */
function costOf(outcome: Outcome, more: Partial<ChargeOptions> = {}): bigint {
  const options = { wasAsked: true, estimateInput: () => 5, price: PRICE, heldNano: HELD, addedTokens: 0 };
  return chargeOf({ ...options, outcome, told: undefined, ...more }).costNano;
}

/** By how a request ended: what 2 tokens in and 3 out cost, 2 and 30 (more than was held), an answer with nothing in it, none. */
const TABLE: Readonly<Record<Outcome, readonly [some: bigint, much: bigint, empty: bigint, none: bigint]>> = {
  answered: [8000n, 62_000n, 0n, 0n],
  upstream_cut: [8000n, HELD, 0n, 0n],
  client_abort: [8000n, HELD, 2000n, 5000n],
  interrupted: [8000n, HELD, 0n, 0n],
  failed: [8000n, HELD, 0n, 0n],
  upstream_error: [0n, 0n, 0n, 0n],
  refused: [0n, 0n, 0n, 0n],
  replayed: [0n, 0n, 0n, 0n],
};

test('every outcome is in the table', () => {
  expect(Object.keys(TABLE).toSorted()).toEqual(Object.keys(CHARGES).toSorted());
});

describe.each(Object.entries(TABLE) as [Outcome, (typeof TABLE)[Outcome]][])('%s', (outcome, expected) => {
  test('charges what came of it', () => {
    const costs = [told(3), told(30), told(0), undefined].map((one) => costOf(outcome, { told: one }));
    expect(costs).toEqual([...expected]);
  });

  test('never charges what has no price, nor a prompt that went to nobody', () => {
    expect(costOf(outcome, { told: told(3), price: undefined })).toBe(0n);
    expect(costOf(outcome, { wasAsked: false })).toBe(0n);
  });
});

test('what the gateway added to the prompt is told, and not charged', () => {
  const charge = chargeOf({
    outcome: 'answered',
    told: told(3),
    wasAsked: true,
    estimateInput: () => 5,
    price: PRICE,
    heldNano: HELD,
    addedTokens: 1,
  });
  expect(charge).toMatchObject({ costNano: 7000n, steeringTokens: 1, usage: { inputTokens: 1, outputTokens: 3 } });
});

test('of a prompt that is estimated because nothing was told, nothing the gateway added is taken: it was not counted', () => {
  expect(costOf('client_abort', { addedTokens: 4 })).toBe(5000n);
});

test('a request that came to nothing has no usage', () => {
  expect(NOTHING).toEqual({ usage: NO_USAGE, estimated: false, costNano: 0n, steeringTokens: 0 });
});
