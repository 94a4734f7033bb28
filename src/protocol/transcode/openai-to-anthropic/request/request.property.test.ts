import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from '../../../../../test/support/arbitrary-body.ts';
import { ApiError } from '../../../api-error.ts';
import { type Capabilities, EFFORTS } from '../../capabilities.ts';
import { crossingOf } from '../../crossing.fixture.ts';
import { wrongIn } from './anthropic-grammar.fixture.ts';
import { prepare } from './prepare.fixture.ts';
import { prepareAnthropicRequest } from './request.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);

/** String literals in every spelling, the quotes included. */
const literal = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.constantFrom(
        '\\n',
        '\\u0041',
        '\\/',
        '\\u00e9',
        '\\ud83c\\udf0d',
        '\\ud800',
        '\\u003c',
        ' ',
        '\\t',
        '\\"',
        '\u2028',
        '漢',
      ),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => `"${pieces.join('')}"`);

const isBlank = (text: string) => (JSON.parse(text) as string).trim() === '';
const said = literal.filter((text) => !isBlank(text));

const content = fc.oneof(
  literal.map((text) => ({ json: text, texts: [text] })),
  fc.array(literal, { minLength: 1, maxLength: 3 }).map((texts) => ({
    json: `[${texts.map((text) => `{"type":"text","text":${text}}`).join(',')}]`,
    texts,
  })),
);
const saying = content.filter(({ texts }) => texts.some((text) => !isBlank(text)));

const number = fc.constantFrom('1.0', '12345678901234567890', '-0', '1e400', '0.10', '7');
/** JSON text of an object, and the same as the client writes it: within a string. */
const input = fc
  .array(fc.tuple(fc.constantFrom('"10"', '"2"', '"a"', '"b\\u00e9"'), fc.oneof(number, said)), { maxLength: 3 })
  .map((members) => [...new Map(members)].map(([name, value]) => `${name}:${value}`).join(', '))
  .map((members) => ({ json: `{${members}}`, argument: JSON.stringify(`{${members}}`) }));

const id = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/),
  fc.constantFrom('functions.read:0', 'call 1', 'é', 'toolu_01', 'thx_abc', 'a"b\\'),
);
const name = fc.constantFrom('read', 'write_file', 'mcp__server__do-it');

interface Turn {
  readonly messages: readonly string[];
  /** Pieces of the output that must be found, in this order. */
  readonly found: readonly string[];
}

const textsOf = (texts: readonly string[]) => texts.filter((text) => !isBlank(text));
const userTurn = saying.map(({ json, texts }): Turn => ({
  messages: [`{"role":"user","content":${json}}`],
  found: textsOf(texts),
}));
const assistantTurn = content.map(({ json, texts }): Turn => ({
  messages: [`{"role":"assistant","content":${json}}`],
  found: textsOf(texts),
}));
const toolTurn = fc
  .tuple(
    content,
    fc.uniqueArray(fc.tuple(id, name, input, content), { minLength: 1, maxLength: 3, selector: ([own]) => own }),
  )
  .map(([{ json, texts }, calls]): Turn => {
    const list = calls.map(
      ([own, fn, { argument }]) =>
        `{"id":${JSON.stringify(own)},"type":"function","function":{"name":"${fn}","arguments":${argument}}}`,
    );
    const results = calls.map(
      ([own, , , result]) => `{"role":"tool","tool_call_id":${JSON.stringify(own)},"content":${result.json}}`,
    );
    return {
      messages: [`{"role":"assistant","content":${json},"tool_calls":[${list.join(',')}]}`, ...results],
      found: [
        ...textsOf(texts),
        ...calls.flatMap(([, fn, { json: object }]) => [`"name":"${fn}"`, `"input":${object}`]),
        // An only text is a string and may be blank; what is found is what is said.
        ...calls.flatMap(([, , , result]) => textsOf(result.texts)),
      ],
    };
  });

const history = fc.tuple(userTurn, fc.array(fc.oneof(userTurn, assistantTurn, toolTurn), { maxLength: 6 }), userTurn);

const capabilities: fc.Arbitrary<Partial<Capabilities>> = fc.record({
  thinking: fc.constantFrom('none', 'budget', 'both', 'adaptive', 'always'),
  effortLevels: fc.subarray([...EFFORTS]),
  sampling: fc.constantFrom('full', 'one', 'none'),
  midSystem: fc.boolean(),
  system: fc.constantFrom('one_string', 'parts', 'many'),
  cache: fc.constantFrom('none', 'cache_control'),
  streamOnly: fc.boolean(),
  stopMax: fc.constantFrom(0, 1, 64),
});

describe('any conversation', () => {
  test('G2, P4: every text, name and input is found again, byte for byte and in order, in a request that is legal', () => {
    fc.assert(
      fc.property(history, capabilities, ([first, between, last], caps) => {
        const turns = [first, ...between, last];
        const { text, sent } = prepare(
          `{"model":"m","messages":[${turns.flatMap(({ messages }) => messages).join(' ,')}]}`,
          caps,
        );
        expect(wrongIn(sent)).toEqual([]);
        let at = 0;
        for (const piece of turns.flatMap(({ found }) => found)) {
          const place = text.indexOf(piece, at);
          expect({ piece, isFound: place >= 0 }).toEqual({ piece, isFound: true });
          at = place + piece.length;
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('what the model is asked for is legal, whatever is asked', () => {
    const wishes = fc.record(
      {
        max_tokens: fc.integer({ min: 1, max: 100_000 }),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }),
        top_p: fc.double({ min: 0, max: 1, noNaN: true }),
        top_k: fc.integer({ min: -1, max: 100 }),
        stop: fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 5 })),
        reasoning_effort: fc.constantFrom(...EFFORTS),
        reasoning: fc.record({ max_tokens: fc.nat(50_000), exclude: fc.boolean() }, { requiredKeys: [] }),
        tool_choice: fc.constantFrom('auto', 'none', 'required'),
        parallel_tool_calls: fc.boolean(),
        tools: fc.constantFrom([], [{ type: 'function', function: { name: 'f' } }]),
        prompt_cache_key: fc.string(),
        stream: fc.boolean(),
        user: fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wishes, capabilities, (wished, caps) => {
        expect(wrongIn(prepare(wished, caps).sent)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

/** A body of which some value is replaced by another. */
const BODY = {
  model: 'm',
  max_tokens: 100,
  stop: ['a'],
  stream: true,
  stream_options: { include_usage: true },
  tools: [
    { type: 'function', function: { name: 'f', parameters: { type: 'object' }, strict: true } },
    { type: 'custom', custom: { name: 'c', format: { type: 'text' } } },
  ],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  response_format: {
    type: 'json_schema',
    json_schema: { schema: { type: 'object', properties: { a: { enum: ['b'] } }, $defs: { x: {} }, items: {} } },
  },
  reasoning: { effort: 'low', max_tokens: 5, exclude: true },
  thinking: { type: 'enabled', budget_tokens: 2000 },
  output_config: { effort: 'low' },
  prompt_cache_options: { mode: 'implicit', ttl: '30m' },
  moderation: { policy: { input: { mode: 'score' } } },
  web_search_options: { user_location: { approximate: { city: 'B' } } },
  messages: [
    { role: 'system', content: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } },
        { type: 'file', file: { filename: 'a', file_data: 'data:text/plain,a' } },
      ],
    },
    {
      role: 'assistant',
      content: 'a',
      refusal: 'r',
      reasoning_details: [
        { index: 0, type: 'reasoning.text', text: 't', signature: 's', format: 'anthropic-claude-v1', model: 'm' },
      ],
      thinking_blocks: [{ type: 'thinking', thinking: 't', signature: 's' }],
      tool_calls: [
        { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'y', type: 'custom', custom: { name: 'c', input: 'i' } },
      ],
    },
    { role: 'tool', tool_call_id: 'x', content: 'ok', is_error: false },
    {
      role: 'tool',
      tool_call_id: 'y',
      content: [{ type: 'text', text: 'ok', prompt_cache_breakpoint: { mode: 'explicit' } }],
    },
    { role: 'assistant', function_call: { name: 'f', arguments: '{}' } },
    { role: 'function', name: 'f', content: 'ok' },
  ],
};

function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key])),
  ];
}

function replaced(path: readonly string[], value: unknown): unknown {
  const body = structuredClone(BODY) as unknown as Record<string, unknown>;
  let holder = body;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  holder[path.at(-1)!] = value;
  return body;
}

describe('any body', () => {
  const caps = { serverTools: ['web_search'], thinking: 'both', effortLevels: ['low'] } as const;

  /** Either a legal request, or a 400 that names a place. */
  function isAnswered(body: string | Uint8Array<ArrayBuffer>): void {
    try {
      const { body: sent } = prepareAnthropicRequest(crossingOf(body, 'anthropic', caps));
      expect(wrongIn(JSON.parse(new TextDecoder().decode(sent)))).toEqual([]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      expect(error.details.param).toBeString();
      expect(error.message.length).toBeGreaterThan(10);
    }
  }

  test('the body that is changed below is legal', () => {
    expect(wrongIn(prepare(JSON.stringify(BODY), caps).sent)).toEqual([]);
  });

  test('with any value in any place it is either legal or refused by a place, never a crash', () => {
    const others = [
      null,
      true,
      0,
      -1.5,
      1e300,
      '',
      ' ',
      'x',
      [],
      {},
      [null],
      [[]],
      ['x'],
      [{}],
      { type: 'x' },
      { type: null },
    ];
    for (const place of placesIn(BODY)) {
      if (place.length === 1 && ['model', 'messages', 'stream'].includes(place[0]!)) continue;
      for (const value of others) isAnswered(JSON.stringify(replaced(place, value)));
    }
  });

  test('unknown members in any spelling do no harm', () => {
    fc.assert(
      fc.property(arbitraryBody('openai', 'm'), ({ text }) => isAnswered(text)),
      { numRuns: RUNS },
    );
  });
});
