import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Capabilities } from '../../capabilities.ts';
import { expectOpenAiRequest } from './openai-request-rules.fixture.ts';
import { prepare } from './prepare.fixture.ts';

/** A string as a client may write it: any character escaped or not, lone surrogates among them. */
const literal = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).map((s) => JSON.stringify(s.toWellFormed()).slice(1, -1)),
      fc.constantFrom(
        '\\u0041',
        '\\u00e9',
        '\\ud83d',
        '\\ude00',
        '\\/',
        '\\n',
        '\\"',
        '\\\\',
        '\\u0000',
        '<',
        '\u2028',
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pieces) => `"${pieces.join('')}"`)
  .filter((text) => text !== '""');

/** An input as a model may write it: digits, order and spaces that a parser would not keep. */
const input = fc
  .array(
    fc.tuple(
      fc.constantFrom('10', '2', 'a', 'b', '__proto__'),
      fc.oneof(literal, fc.constantFrom('12345678901234567890', '1.0', '1e2', '[ ]', '{"10":1, "2":2}', 'null')),
    ),
    { maxLength: 4 },
  )
  .map((members) => `{ ${members.map(([name, value]) => `"${name}" : ${value}`).join(', ')} }`);

const NAMES = ['read', 'mcp__server__tool', 'a.b', 'n'.repeat(90)] as const;

interface Call {
  readonly name: string;
  readonly input: string;
  readonly result: string;
  readonly says: string | undefined;
}

const call: fc.Arbitrary<Call> = fc.record({
  name: fc.constantFrom(...NAMES),
  input,
  result: literal,
  says: fc.option(literal, { nil: undefined }),
});
/** A turn of the user's and the assistant's: what each says, and what is called in between. */
const turn = fc.record({ user: literal, calls: fc.array(call, { maxLength: 3 }), assistant: literal });
const history = fc.record({
  turns: fc.array(turn, { maxLength: 4 }),
  system: fc.option(fc.array(literal, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  last: literal,
  blocks: fc.boolean(),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const idOf = (i: number, k: number) =>
  k === 1 ? `thx_${btoa(`functions.f:${i}`).replaceAll('=', '')}` : `toolu_${i}_${k}`;

function write({ turns, system, last, blocks }: History): string {
  const say = (text: string) => (blocks ? `[{"type":"text","text":${text}}]` : text);
  const messages = turns.flatMap(({ user, calls, assistant }, i) => {
    if (calls.length === 0)
      return [`{"role":"user","content":${say(user)}}`, `{"role":"assistant","content":${say(assistant)}}`];
    const uses = calls.map(
      ({ name, input: json }, k) => `{"type":"tool_use","id":"${idOf(i, k)}","name":"${name}","input":${json}}`,
    );
    const results = calls.flatMap(({ result, says }, k) => [
      ...(says === undefined ? [] : [`{"type":"text","text":${says}}`]),
      `{"content":${say(result)},"type":"tool_result","tool_use_id":"${idOf(i, k)}"}`,
    ]);
    return [
      `{"role":"user","content":${say(user)}}`,
      `{"role":"assistant","content":[{"type":"text","text":${assistant}},${uses.join(',')}]}`,
      `{"role":"user","content":[${results.join(', ')}]}`,
      `{"role":"assistant","content":${say(assistant)}}`,
    ];
  });
  const prompt =
    system === undefined ? '' : `"system":[${system.map((text) => `{"type":"text","text":${text}}`).join()}],`;
  const tools = NAMES.map((name) => `{"name":"${name}","input_schema":{"type":"object","properties":{}}}`);
  return `{"model":"m",${prompt}"max_tokens":9,"tools":[${tools.join()}],"messages":[${[...messages, `{"role":"user","content":${last}}`].join()}]}`;
}

const capabilities: fc.Arbitrary<Partial<Capabilities>> = fc.record({
  system: fc.constantFrom('one_string', 'parts', 'many'),
  toolImages: fc.constantFrom('parts', 'user'),
  cache: fc.constantFrom('none', 'cache_control', 'breakpoint'),
  toolId: fc.constantFrom('any', 'mistral9'),
  toolIdMax: fc.constantFrom(40, 256),
});

test('P4: every text, id, name and input of a history is found again, as it was written', () => {
  fc.assert(
    fc.property(history, capabilities, (past, known) => {
      const { json, text, plan } = prepare(write(past), known);
      expectOpenAiRequest(json);
      const messages = [...json.messages];
      if (past.system !== undefined) {
        const { role, content } = messages.shift();
        expect(role).toBe('system');
        const texts = typeof content === 'string' ? [content] : content.map((part: { text: string }) => part.text);
        expect(texts.join('\n\n')).toBe(past.system.map((s) => JSON.parse(s)).join('\n\n'));
      }
      for (const [i, { user, calls, assistant }] of past.turns.entries()) {
        expect(messages.shift()).toEqual({ role: 'user', content: JSON.parse(user) });
        if (calls.length > 0) {
          const made = messages.shift();
          expect(made.content).toBe(JSON.parse(assistant));
          for (const [k, { name, input: json }] of calls.entries()) {
            const { id, function: called } = made.tool_calls[k];
            expect(called.arguments).toBe(json);
            expect(plan.names.toClient(called.name)).toBe(name);
            if (known.toolId === 'any') expect(id).toBe(k === 1 ? `functions.f:${i}` : idOf(i, k));
          }
          for (const [k, { result }] of calls.entries()) {
            const answer = messages.shift();
            expect(answer).toEqual({ role: 'tool', content: JSON.parse(result), tool_call_id: made.tool_calls[k].id });
          }
          const said = calls.flatMap(({ says }) => (says === undefined ? [] : [JSON.parse(says)]));
          if (said.length > 0) {
            const { content } = messages.shift();
            expect(said.length === 1 ? content : content.map((part: { text: string }) => part.text)).toEqual(
              said.length === 1 ? said[0] : said,
            );
          }
        }
        expect(messages.shift()).toEqual({ role: 'assistant', content: JSON.parse(assistant) });
        // Raw, not only equal: escapes as the client wrote them.
        for (const written of [user, assistant, ...calls.map(({ result }) => result)]) expect(text).toContain(written);
      }
      expect(messages).toEqual([{ role: 'user', content: JSON.parse(past.last) }]);
    }),
    { numRuns: 300 },
  );
});

test('the same request gives the same bytes, whatever the order of its members', () => {
  fc.assert(
    fc.property(history, (past) => {
      const body = write(past);
      const reversed = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).toReversed()));
      const plain = JSON.stringify(JSON.parse(body));
      expect(prepare(reversed).text).toBe(prepare(plain).text);
    }),
    { numRuns: 100 },
  );
});

const MEMBERS =
  'type role content text source id name input tool_use_id data media_type tools tool_choice system thinking signature metadata user_id input_schema __proto__ output_config format schema effort stop_sequences max_tokens cache_control title'.split(
    ' ',
  );

/** Members and values that belong to the shape, put together without sense. */
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      true,
      0,
      1,
      -1,
      1.5,
      '',
      'text',
      'tool_use',
      'user',
      'assistant',
      'system',
      'base64',
      'th1.a.b',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...MEMBERS), tie('value'), { maxKeys: 5 }),
  ),
}));

test('nonsense gets a 400 that names its place, never a fault of ours', () => {
  const block = fc.record(
    {
      type: fc.constantFrom(
        'text',
        'tool_use',
        'tool_result',
        'image',
        'document',
        'thinking',
        'search_result',
        'server_tool_use',
      ),
      text: hostile.value,
      source: hostile.value,
      content: hostile.value,
      tool_use_id: fc.constantFrom('t', 'u'),
      id: fc.constantFrom('t', 'u'),
      input: hostile.value,
      name: fc.constantFrom('f', ''),
    },
    { requiredKeys: ['type'] },
  );
  const message = fc.record({
    role: fc.constantFrom('user', 'assistant', 'system'),
    content: fc.oneof(hostile.value, fc.array(block, { maxLength: 3 })),
  });
  const request = fc.record({
    more: fc.dictionary(
      fc.constantFrom('tools', 'tool_choice', 'system', 'thinking', 'output_config', 'metadata'),
      hostile.value,
    ),
    messages: fc.array(fc.oneof(message, hostile.value), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(request, ({ more, messages }) => {
      try {
        const { json } = prepare({ ...more, messages }, { prefill: 'native' });
        expectOpenAiRequest(json);
      } catch (error) {
        if ((error as Error).name !== 'ApiError') throw error;
        const { param } = (error as unknown as { details: { param?: string } }).details;
        expect(param).toMatch(/^[a-z_]/);
      }
    }),
    { numRuns: 2000 },
  );
});
