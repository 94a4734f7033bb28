import { expect, test } from 'bun:test';
import { Oddities } from '../oddities.ts';
import { Warnings } from '../warnings.ts';
import { finishReason } from './finish.ts';

const reasonOf = (stopReason: string | undefined, calls: number) =>
  finishReason(stopReason, calls, { warnings: new Warnings(), legacyFunctions: false } as never, new Oddities());

test('a client that was given calls is told to make them, whatever the upstream says it stopped for', () => {
  for (const stopReason of ['end_turn', 'stop_sequence', 'pause_turn', 'tool_use', 'no such reason', undefined]) {
    expect([stopReason, reasonOf(stopReason, 1)]).toEqual([stopReason, 'tool_calls']);
  }
  expect(reasonOf('max_tokens', 1)).toBe('length');
});

test('and one that was given none is told to make none', () => {
  for (const stopReason of ['end_turn', 'stop_sequence', 'pause_turn', 'tool_use', 'no such reason', undefined]) {
    expect([stopReason, reasonOf(stopReason, 0)]).toEqual([stopReason, 'stop']);
  }
});
