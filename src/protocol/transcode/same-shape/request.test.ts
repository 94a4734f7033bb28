import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from '../../../../test/support/arbitrary-body.ts';
import { checkSplices } from '../../../../test/support/declared-splices.ts';
import { loadCorpus, recordedRequest } from '../../../../test/support/corpus.ts';
import { readRequest } from '../../request.ts';
import type { Shape } from '../../shape.ts';
import type { Capabilities } from '../capabilities.ts';
import { crossingOf } from '../crossing.fixture.ts';
import { Warnings } from '../warnings.ts';
import { prepareSameShape } from './request.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function prepare(
  shape: Shape,
  body: string | Uint8Array<ArrayBuffer>,
  upstreamModel: string,
  capabilities: Partial<Capabilities> = {},
) {
  return prepareSameShape(shape, crossingOf(body, shape, capabilities, { upstreamModel }), new Warnings());
}

function prepared(text: string, usageInStream = true, model = 'm') {
  const { body, usageInjected } = prepare('openai', text, model, { usageInStream });
  return { text: decoder.decode(body), usageInjected };
}

describe('prepareSameShape', () => {
  for (const shape of ['openai', 'anthropic'] as const) {
    for (const upstreamModel of ['public', 'vendor/private "quoted" \\']) {
      test(`C128, E1, fault 12, ${shape}: nothing but the declared splices changes (model ${upstreamModel.slice(0, 7)})`, () => {
        fc.assert(
          fc.property(arbitraryBody(shape, 'public'), fc.boolean(), ({ text, streams }, askForUsage) => {
            const bytes = encoder.encode(text);
            const before = bytes.slice();
            const { body, usageInjected } = prepare(shape, bytes, upstreamModel, {
              usageInStream: askForUsage,
            });
            expect(bytes).toEqual(before);
            const asks = shape === 'openai' && streams && askForUsage;
            checkSplices(bytes, body, { upstreamModel, usageAdded: asks });
            const sent = JSON.parse(text) as { stream_options?: { include_usage?: unknown } | null };
            expect(usageInjected).toBe(asks && sent.stream_options?.include_usage !== true);
            if (usageInjected) {
              expect(JSON.parse(decoder.decode(body))).toMatchObject({ stream_options: { include_usage: true } });
            }
          }),
          { numRuns: RUNS },
        );
      });
    }
  }

  test('with nothing to change the very bytes go out', () => {
    const bytes = encoder.encode(' {"model":"m","messages":[ ] , "n":1.0}\n');
    expect(prepare('openai', bytes, 'm')).toMatchObject({ exact: true });
    expect(prepare('openai', bytes, 'm').body).toBe(bytes);
    const streamed = encoder.encode('{"model":"m","messages":[],"stream":true}');
    expect(prepare('anthropic', streamed, 'm').body).toBe(streamed);
    expect(prepare('openai', streamed, 'm', { usageInStream: false }).body).toBe(streamed);
  });

  test('a model that can only stream is asked for a stream', () => {
    const asked = (text: string) => {
      const { body, asksForStream } = prepare('openai', text, 'm', { streamOnly: true });
      expect(asksForStream).toBe(true);
      return decoder.decode(body);
    };
    expect(asked('{"model":"m","messages":[]}')).toBe(
      '{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}',
    );
    expect(asked('{"stream":false,"model":"m","messages":[]}')).toBe(
      '{"stream":true,"model":"m","messages":[],"stream_options":{"include_usage":true}}',
    );
  });

  test('thinking without a signature goes, unless the upstream signs nothing and wants its thinking back', () => {
    const block = '{"type":"thinking","thinking":"hm","signature":""}';
    const of = (blocks: string) =>
      `{"model":"m","messages":[{"role":"assistant","content":[${blocks}{"type":"text","text":"a"}]}]}`;
    const sent = (capabilities: Partial<Capabilities>) =>
      decoder.decode(prepare('anthropic', of(`${block},`), 'm', capabilities).body);
    expect(sent({})).toBe(of(''));
    expect(sent({ reasoningEcho: 'tool_turns' })).toBe(of(`${block},`));
  });

  test('C088 mistral-id: calls and results get the same nine letters and digits, and nothing else changes', () => {
    const text =
      '{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"call_1", "type":"function"},{"id":"abcDEF123"}]},' +
      '{"role":"tool","tool_call_id":"call_1","content":"call_1"},{"role":"tool","tool_call_id":"abcDEF123"}]}';
    const { body, exact } = prepare('openai', text, 'm', { toolId: 'mistral9' });
    expect(exact).toBe(false);
    const [, id] = /"id":"([A-Za-z0-9]{9})", "type"/.exec(decoder.decode(body)) ?? [];
    expect(decoder.decode(body)).toBe(
      text.replace('"id":"call_1"', `"id":"${id}"`).replace('"tool_call_id":"call_1"', `"tool_call_id":"${id}"`),
    );
  });

  test.each([
    ['', ',"stream_options":{"include_usage":true}'],
    [',"stream_options":null', ',"stream_options":{"include_usage":true}'],
    [',"stream_options" : {}', ',"stream_options" : {"include_usage":true}'],
    [',"stream_options":{ \n}', ',"stream_options":{"include_usage":true \n}'],
    [',"stream_options":{"a":1}', ',"stream_options":{"include_usage":true,"a":1}'],
    [
      ',"stream_options":{ "a" : {"include_usage":false} }',
      ',"stream_options":{"include_usage":true, "a" : {"include_usage":false} }',
    ],
    [',"stream_options":{"include_usage" :\tfalse , "a":1}', ',"stream_options":{"include_usage" :\ttrue , "a":1}'],
    [',"stream_options":{"include_usage":null}', ',"stream_options":{"include_usage":true}'],
    [',"stream_options":{"include_us\\u0061ge":false}', ',"stream_options":{"include_us\\u0061ge":true}'],
    [',"stream_opti\\u006fns":{"include_usage":false}', ',"stream_opti\\u006fns":{"include_usage":true}'],
  ])('C129: a stream with %j asks upstream for usage on the client’s behalf', (given, sent) => {
    for (const more of ['', ',"z":0']) {
      const after = given === '' ? `${more}${sent}` : `${sent}${more}`;
      expect(prepared(`{"model":"m","stream":true,"messages":[]${given}${more}}`)).toEqual({
        text: `{"model":"m","stream":true,"messages":[]${after}}`,
        usageInjected: true,
      });
    }
  });

  test.each([
    ',"stream_options":{"include_usage":true}',
    ',"stream_options":{"a":{},"include_usage" : true}',
    ',"stream_options":"include_usage"',
    ',"stream_options":[]',
    ',"stream_options":true',
    ',"stream_options":1',
  ])('C005: %j passes as it is: the client asked itself, or sent what the upstream must judge', (given) => {
    const text = `{"model":"m","stream":true,"messages":[]${given}}`;
    expect(prepared(text)).toEqual({ text, usageInjected: false });
  });

  test('include_usage standing twice cannot talk the gateway out of the bill', () => {
    for (const pair of ['"include_usage":false,"include_usage":true', '"include_usage":true,"include_usage":false']) {
      const { text } = prepared(`{"model":"m","stream":true,"messages":[],"stream_options":{${pair}}}`);
      expect(text.match(/"include_usage":true/g)?.length).toBe(2);
    }
  });

  test('th_ members go, wherever they stand, and everything at once fits together', () => {
    expect(
      prepared('{"th_a":1,"model":"x","messages":[],"th_b":{"c":[1]} , "stream":true,"th_c":2}', true, 'y').text,
    ).toBe('{"model":"y","messages":[],"stream":true,"stream_options":{"include_usage":true}}');
    expect(prepared('{"messages":[],"model":"x","th_a":1}', true, 'y').text).toBe('{"messages":[],"model":"y"}');
    expect(prepared('{"model":"m","messages":[{"th_a":1}],"x":{"th_b":2}}').text).toBe(
      '{"model":"m","messages":[{"th_a":1}],"x":{"th_b":2}}',
    );
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('every recorded request passes with its bytes intact', () => {
    let requests = 0;
    for (const entry of corpus ?? []) {
      const recorded = recordedRequest(entry) as { model?: unknown; messages?: unknown } | undefined;
      if (typeof recorded?.model !== 'string' || !Array.isArray(recorded.messages)) continue;
      const shape = entry.shape === 'openai-chat' ? 'openai' : 'anthropic';
      const bytes = encoder.encode(JSON.stringify(recorded, undefined, requests % 3));
      const facts = readRequest(bytes);
      const { body } = prepare(shape, facts.bytes, 'other');
      checkSplices(bytes, body, { upstreamModel: 'other', usageAdded: shape === 'openai' && facts.stream });
      requests++;
    }
    expect(requests).toBeGreaterThan(500);
  });
});
