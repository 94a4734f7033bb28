import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from './arbitrary-body.ts';
import { checkSplices } from './declared-splices.ts';
import { takeApart } from './json-tokens.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const check = (sent: string, received: string, usageAdded = false) =>
  checkSplices(bytes(sent), bytes(received), { upstreamModel: 'up', usageAdded });

describe('the check of the declared splices', () => {
  test('generated bodies are JSON and are taken apart as JSON.parse reads them', () => {
    fc.assert(
      fc.property(arbitraryBody('openai', 'test/m'), ({ text, streams }) => {
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const apart = takeApart(text);
        expect(apart.members.map(({ raw }, i) => apart.gaps[i] + raw).join('') + apart.gaps.at(-1)).toBe(text);
        for (const { name, value } of apart.members) {
          if (name !== '__proto__') expect(JSON.stringify(JSON.parse(value))).toBe(JSON.stringify(parsed[name])!);
        }
        expect(parsed.model).toBe('test/m');
        expect(parsed.stream === true).toBe(streams);
      }),
      { numRuns: 300 },
    );
  });

  test('accepts what is declared', () => {
    check('{"model":"a","x":1.0}', '{"model":"up","x":1.0}');
    check('{ "th_a" : {}, "mod\\u0065l" : "a" , "x":1}', '{ "mod\\u0065l" : "up" , "x":1}');
    check('{"x":1, "th_a":2}', '{"x":1}');
    check('{"x":1,"th_a":2 , "y":3}', '{"x":1 , "y":3}');
    check('{"x":1}', '{"x":1,"stream_options":{"include_usage":true}}', true);
    check(
      '{"stream_options":{"include_usage":false,"o":1.0}}',
      '{"stream_options":{"include_usage":true,"o":1.0}}',
      true,
    );
    check('{"stream_options":null}', '{"stream_options":{"include_usage":true}}', true);
  });

  test('rejects everything else', () => {
    const changed: [string, string, boolean?][] = [
      ['{"x":1.0}', '{"x":1}'],
      ['{"x":1, "y":2}', '{"x":1,"y":2}'],
      ['{"x":1,"y":2}', '{"y":2,"x":1}'],
      ['{"x":1}', '{"x":1,"y":2}'],
      ['{"x":1,"y":2}', '{"x":1}'],
      ['{"x":"\\u00e9"}', '{"x":"é"}'],
      ['{"model":"a"}', '{"model":"a"}'],
      ['{"th_a":1,"x":1}', '{"th_a":1,"x":1}'],
      [' {"x":1}', '{"x":1}'],
      ['{"x":1}\n', '{"x":1}'],
      ['{"x":1}', '{"x":1,"stream_options":{"include_usage":true}}'],
      ['{"x":1}', '{"x":1}', true],
      ['{"stream_options":{"o":1.0}}', '{"stream_options":{"o":1,"include_usage":true}}', true],
    ];
    for (const [sent, received, usageAdded] of changed) {
      expect(() => check(sent, received, usageAdded), `${sent} -> ${received}`).toThrow();
    }
  });
});
