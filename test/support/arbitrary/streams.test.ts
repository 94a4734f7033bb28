/** The generators' own promises: what they say a client must have is what a plain look at their stream shows. */
import { describe, expect, test } from 'bun:test';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import type { JsonObject } from '../accumulate/answer.ts';
import { anthropicStream } from './anthropic-stream.ts';
import { hostileStream } from './hostile.ts';
import { openAiStream } from './openai-stream.ts';

const RUNS = Number(process.env.TH_RUNS ?? 300);

function dataOf(text: string): JsonObject[] {
  const events: JsonObject[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '[DONE]') events.push(JSON.parse(data) as JsonObject);
    },
  });
  parser.feed(`${text}\n\n`);
  return events;
}

describe('anthropicStream', () => {
  test('its text and reasoning are those of its deltas', () => {
    fc.assert(
      fc.property(anthropicStream, ({ text, expected }) => {
        const events = dataOf(text);
        const texts = events.map((e) =>
          e.content_block?.type === 'text' ? e.content_block.text : (e.delta?.text ?? ''),
        );
        expect(expected.text.replaceAll('\n\n', '')).toBe(texts.join('').replaceAll('\n\n', ''));
        const thoughts = events.map((e) => e.delta?.thinking ?? '').join('');
        expect(expected.reasoning.replaceAll('\n\n', '')).toBe(thoughts.replaceAll('\n\n', ''));
        expect(expected.toolCalls.length).toBe(events.filter((e) => e.content_block?.type === 'tool_use').length);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('openAiStream', () => {
  test('its text is that of its deltas but for white space at the edges', () => {
    const ends = { whole: 0, failed: 0, estimated: 0, called: 0 };
    fc.assert(
      fc.property(openAiStream, ({ text, expected }) => {
        if (expected.failed) ends.failed++;
        else ends.whole++;
        if (expected.usage === undefined) ends.estimated++;
        if (expected.toolCalls.length > 0) ends.called++;
        if (expected.failed) return;
        const told = dataOf(text).map((one) => {
          const content = one.choices[0]?.delta.content as string | { text: string }[] | null | undefined;
          return typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('');
        });
        expect(expected.text.replaceAll(/\s/g, '')).toBe(told.join('').replaceAll(/\s/g, ''));
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(...Object.values(ends))).toBeGreaterThan(RUNS / 30);
  });
});

test('hostileStream yields bytes of every kind', () => {
  const sizes = fc.sample(hostileStream(openAiStream, anthropicStream), RUNS).map(({ length }) => length);
  expect(Math.min(...sizes)).toBeLessThan(300);
  expect(Math.max(...sizes)).toBeGreaterThan(1000);
});
