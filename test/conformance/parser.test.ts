import { describe, expect, test } from 'bun:test';
import { jsonOf, readStream } from '../support/sse-events.ts';
import { splitEveryByte } from '../support/split-bytes.ts';
import { messageEvents, text, toolUse } from './support/anthropic-answers.ts';
import { conformance, type ConformanceModel } from './support/conformance.ts';
import { chunks, toolDelta } from './support/openai-answers.ts';
import type { Json } from './support/through-sdk.ts';

const th = conformance();

/** One answer as each upstream spells it. */
const PLAIN = {
  openai: chunks([{ content: 'Größe 🌍' }, toolDelta({ index: 0, id: 't1', name: 'f', args: '{"a":"é"}' })], {
    finish: 'tool_calls',
  }).join(''),
  anthropic: messageEvents([text('Größe 🌍'), toolUse('t1', 'f', { a: 'é' })], { stop: 'tool_use' }).join(''),
};

/** The spelling, and whether both shapes are spelled so. */
const SPELLINGS: readonly [string, (plain: string) => string][] = [
  ['C111 sse-crlf-bytes, B3: CRLF', (plain) => plain.replaceAll('\n', '\r\n')],
  ['C112 sse-cr, B3: CR', (plain) => plain.replaceAll('\n', '\r')],
  [
    'C113 sse-bom-nospace, B2: a byte-order mark and no space behind the colon',
    (plain) => `\ufeff${plain.replace(/^(data|event): /gm, '$1:')}`,
  ],
  ['C114 sse-multiline: JSON over two data lines', (plain) => plain.replace(/^data: \{(.*?),/gm, 'data: {$1,\ndata: ')],
  ['C115 sse-no-final-blank: no blank line behind the last event', (plain) => plain.replace(/\n+$/, '')],
  [
    'C118 sse-event-only: events without data, retry and id lines',
    (plain) => plain.replaceAll('\n\n', '\n\nevent: ping\n\nretry: 10\nid: 7\n\n'),
  ],
];

describe('an answer that crosses, however the upstream spells its stream', () => {
  const models = { openai: th.model('openai'), anthropic: th.model('anthropic') };

  /** What the client of the other shape gets, without ids and times. */
  async function crossed(model: ConformanceModel): Promise<unknown[]> {
    const client = model.shape === 'openai' ? 'anthropic' : 'openai';
    const limit = client === 'anthropic' ? { max_tokens: 100 } : {};
    const response = await th.post(client, {
      model: model.id,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      ...limit,
    });
    expect(response.status).toBe(200);
    const { events } = await readStream(response);
    const told = events.filter(({ data }) => data !== '[DONE]').map(jsonOf) as Json[];
    // The gateway makes these itself where the upstream's will not do.
    const id = (told[0].message ?? told[0]).id as string;
    return told.map(
      (event) =>
        JSON.parse(
          JSON.stringify(event, (name, value: unknown) => (name === 'created' || value === id ? 0 : value)),
        ) as unknown,
    );
  }

  for (const [name, spell] of SPELLINGS) {
    test(`${name}, whole and a byte at a time`, async () => {
      for (const shape of ['openai', 'anthropic'] as const) {
        const model = models[shape];
        model.answer([PLAIN[shape]]);
        const expected = await crossed(model);
        expect(JSON.stringify(expected)).toMatch(/Größ.*e 🌍/);
        expect(spell(PLAIN[shape])).not.toBe(PLAIN[shape]);
        model.answer([spell(PLAIN[shape])]);
        expect(await crossed(model), shape).toEqual(expected);
        model.answer((exchange) => exchange.stream(splitEveryByte(spell(PLAIN[shape]))));
        expect(await crossed(model), `${shape}, byte by byte`).toEqual(expected);
      }
    });
  }

  test('C116 sse-single-nl: data lines with one line end between them are events of their own', async () => {
    const model = models.openai.answer([PLAIN.openai]);
    const expected = await crossed(model);
    model.answer([PLAIN.openai.replaceAll('\n\n', '\n')]);
    expect(await crossed(model)).toEqual(expected);
  });

  test('C117 sse-huge, B9: an event of 5 MB in reads of 16 KB crosses whole, in time that grows with its size alone', async () => {
    const big = 'lorem ipsum '.repeat(420_000);
    const bytes = Buffer.from(chunks([{ content: big }]).join(''));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_, i) =>
      bytes.subarray(i * 16_384, (i + 1) * 16_384),
    );
    const model = models.openai.answer((exchange) => exchange.stream(pieces));
    const startedMs = performance.now();
    const events = (await crossed(model)) as Json[];
    const textOf = events.map(({ delta }) => delta?.text ?? '').join('');
    expect(textOf === big).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});
