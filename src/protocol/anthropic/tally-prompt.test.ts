import { expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { DIRECTIVE, steer } from '../steer/steer.fixture.ts';
import { readRequest } from '../request.ts';
import { tallyPrompt } from './tally-prompt.ts';

setDefaultTimeout(60_000);

const encoder = new TextEncoder();

/** Texts with all that may stand in a string, about as long as what the scan begins to measure. */
const text = fc
  .tuple(fc.string({ unit: 'binary' }), fc.constantFrom(0, 900, 1010, 1024, 3000), fc.string({ unit: 'grapheme' }))
  .map(([before, length, after]) => `${before}${'a "b" \\ '.repeat(length / 8)}${after}`);
const block = fc.oneof(
  text.map((value) => ({ type: 'text', text: value })),
  text.map((value) => ({ type: 'image', source: { type: 'base64', data: value } })),
  text.map((value) => ({ type: 'document', source: { type: 'base64', data: value } })),
  fc.tuple(text, text).map(([name, value]) => ({ type: 'tool_use', id: 'i', name: 'n', input: { [name]: value } })),
);
const body = fc.record({
  system: fc.oneof(text, fc.array(block, { maxLength: 3 })),
  messages: fc.array(fc.record({ role: fc.constant('user'), content: fc.oneof(text, fc.array(block)) })),
});

test('what the scan has measured counts as if it were read again, steered or not', () => {
  fc.assert(
    fc.property(body, (members) => {
      const written = JSON.stringify({ model: 'm', ...members });
      const steered = steer('anthropic', 'anthropic', written, DIRECTIVE);
      for (const { bytes, scan } of [readRequest(encoder.encode(written)), steered.facts]) {
        for (const { valueStart, valueEnd } of scan.members) {
          const read = tallyPrompt(bytes, valueStart, valueEnd);
          expect(tallyPrompt(bytes, valueStart, valueEnd, scan.longStrings)).toEqual(read);
        }
      }
    }),
  );
});
