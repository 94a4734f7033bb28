import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { repairEvent } from './anthropic-repair.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);

const repair = (text: string, model = 'public') => {
  const event = JSON.parse(text) as Record<string, unknown>;
  return repairEvent(typeof event.type === 'string' ? event.type : '', text, event, model);
};

describe('repairEvent', () => {
  test.each([
    // Renamed where it stands, whatever stands around it.
    [
      '{"type":"message_start","message":{"model":"up","usage":{"input_tokens":1}}}',
      '{"type":"message_start","message":{"model":"public","usage":{"input_tokens":1}}}',
    ],
    [
      '{ "message" : { "usage":{"a":1} , "mod\\u0065l" : "up" } , "type":"message_start","model":"outer" }',
      '{ "message" : { "usage":{"a":1} , "mod\\u0065l" : "public" } , "type":"message_start","model":"outer" }',
    ],
    // Usage is filled in, behind the last member or where null stands.
    [
      '{"type":"message_start","message":{"usage" : null, "model":"up"}}',
      '{"type":"message_start","message":{"usage" : {"input_tokens":0,"output_tokens":0}, "model":"public"}}',
    ],
    [
      '{"type":"message_start","message":{}}',
      '{"type":"message_start","message":{"usage":{"input_tokens":0,"output_tokens":0}}}',
    ],
    [
      '{"type":"message_start","message":{"id":"1" }}',
      '{"type":"message_start","message":{"id":"1" ,"usage":{"input_tokens":0,"output_tokens":0}}}',
    ],
    ['{"type":"message_delta","delta":{}}', '{"type":"message_delta","delta":{},"usage":{"output_tokens":0}}'],
    ['{"usage":null,"type":"message_delta"}', '{"usage":{"output_tokens":0},"type":"message_delta"}'],
    [
      '{"type":"content_block_start","content_block":{"type":"thinking"},"index":0}',
      '{"type":"content_block_start","content_block":{"type":"thinking","thinking":""},"index":0}',
    ],
    [
      '{"type":"content_block_start","content_block":{"thinking":null,"type":"thinking"}}',
      '{"type":"content_block_start","content_block":{"thinking":"","type":"thinking"}}',
    ],
  ])('%s becomes %s', (text, repaired) => {
    expect(repair(text)).toBe(repaired);
  });

  test.each([
    '{"type":"message_start","message":null}',
    '{"type":"message_start","message":"text"}',
    '{"type":"message_start","message":[{"model":"up"}]}',
    '{"type":"message_start"}',
    '{"type":"message_delta","usage":{"output_tokens":3}}',
    '{"type":"content_block_start","content_block":{"type":"text","text":""}}',
    '{"type":"content_block_start","content_block":{"type":"thinking","thinking":"x"}}',
    '{"type":"content_block_start","content_block":null}',
    '{"type":"content_block_start","content_block":7}',
    '{"type":"content_block_delta","model":"up"}',
    '{"type":"message_stop","usage":null}',
    '{"model":"up"}',
  ])('%s stays as it is', (text) => {
    expect(repair(text)).toBe(text);
  });

  test('any public model ends up as that very string, and everything else as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.json(), (model, more) => {
        const out = repair(
          `{"x":${more},"type":"message_start","message":{"a":${more},"model":"up"},"y":${more}}`,
          model,
        );
        const parsed = JSON.parse(out) as { message: { model: string; a: unknown }; x: unknown; y: unknown };
        expect(parsed.message.model).toBe(model.toWellFormed());
        expect(out).toContain(`{"x":${more},"type":"message_start","message":{"a":${more},"model":`);
        expect(out.endsWith(`,"y":${more}}`)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
