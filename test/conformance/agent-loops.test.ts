/** Agents of the official SDKs, run to their end: what an upstream said must come back to it as it said it. */
import { describe, expect, test } from 'bun:test';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { anthropicClient, openaiClient } from '../support/clients.ts';
import { jsonOf, readStream } from '../support/sse-events.ts';
import { messageEvents, text, thinking, toolUse, type Block } from './support/anthropic-answers.ts';
import { conformance, type Body, type ConformanceModel } from './support/conformance.ts';
import { chunks, completion, toolCall, toolDelta } from './support/openai-answers.ts';
import type { Json } from './support/through-sdk.ts';

const th = conformance();

/** Turns of a model that reasons and calls, in the words of its own API. */
interface Turn {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly (readonly [id: string, name: string, args: string])[];
}

const TURNS: readonly Turn[] = [
  {
    reasoning: 'I need  both files.\nFirst “a”, then 🌍.',
    text: 'Reading two files.',
    calls: [
      ['functions.read:0', 'read', '{"path":"/tmp/ä.txt","lines":["1","2"]}'],
      ['functions.grep:1', 'grep', '{"10":1,"2":{"n":12345678901234567890,"f":1.0},"pattern":"\\"x\\" <b>"}'],
    ],
  },
  { reasoning: 'One more.', text: '', calls: [['functions.read:2', 'read', '{"path":"/tmp/b.txt"}']] },
];
const LAST = 'All read.';

function inJson({ reasoning, text: content, calls }: Turn): object {
  const tool_calls = calls.map(([id, name, args]) => toolCall(id, name, args));
  return completion(
    { reasoning_content: reasoning, content: content === '' ? null : content, tool_calls },
    { finish: 'tool_calls' },
  );
}

function inChunks({ reasoning, text: content, calls }: Turn): string[] {
  const pieces = (value: string) => [value.slice(0, 7), value.slice(7)];
  const deltas = [
    ...pieces(reasoning).map((reasoning_content) => ({ reasoning_content })),
    { content },
    ...calls.flatMap(([id, name, args], index) => [
      toolDelta({ index, id, name, args: '' }),
      ...pieces(args).map((piece) => toolDelta({ index, args: piece })),
    ]),
  ];
  return chunks(deltas, { finish: 'tool_calls' });
}

/** The assistant turns of the history the upstream got last. */
const returned = (model: ConformanceModel): Json[] =>
  model.sent().messages.filter(({ role }: Json) => role === 'assistant');

describe('the tool runner of the Anthropic SDK, before an OpenAI upstream', () => {
  const dialect = {
    reasoning_out: ['reasoning_content'],
    reasoning_in: 'reasoning_content',
    reasoning_echo: 'tool_turns',
  };
  const models = {
    whole: th.model('openai', { dialect }),
    streamed: th.model('openai', { dialect }),
    raw: th.model('openai', { dialect }),
  };

  for (const stream of [false, true]) {
    test(`C071 tool-runner, C087, C124 (${stream ? 'streamed' : 'whole'}): three turns, two calls at once; ids and reasoning come back byte for byte, arguments as the client wrote them`, async () => {
      const model = stream ? models.streamed : models.whole;
      const form = stream ? inChunks : inJson;
      const last = stream ? chunks([{ content: LAST }]) : completion({ content: LAST });
      model.answer(form(TURNS[0]!), form(TURNS[1]!), last);
      const sentByClient: string[] = [];
      const client = anthropicClient(th, {
        fetch: (input, init) => {
          sentByClient.push(init?.body as string);
          return fetch(input, init);
        },
      });
      const ran: [string, unknown][] = [];
      const tools = ['read', 'grep'].map((name) =>
        betaTool({
          name,
          description: name,
          inputSchema: { type: 'object', properties: {} } as const,
          run: (input) => {
            ran.push([name, input]);
            return `result of ${name} ${ran.length}`;
          },
        }),
      );
      const runner = client.beta.messages.toolRunner({
        model: model.id,
        max_tokens: 4000,
        thinking: { type: 'enabled', budget_tokens: 1024 },
        messages: [{ role: 'user', content: 'Read.' }],
        tools,
        stream,
      } as never);
      const answer = (await runner) as unknown as { content: Json[] };
      expect(answer.content).toMatchObject([{ type: 'text', text: LAST }]);
      // The SDK tries to leave the history to the server once, is told that it cannot, and goes on without.
      expect(sentByClient.map((body) => 'thread' in (JSON.parse(body) as object))).toEqual([true, false, false, false]);
      expect(ran.map(([name]) => name)).toEqual(['read', 'grep', 'read']);
      expect(ran[0]![1]).toEqual({ path: '/tmp/ä.txt', lines: ['1', '2'] });

      const assistants = returned(model);
      expect(assistants).toHaveLength(2);
      const inputsOfClient = rawInputs(sentByClient.at(-1)!);
      let call = 0;
      for (const [i, turn] of TURNS.entries()) {
        expect(assistants[i].reasoning_content).toBe(turn.reasoning);
        expect(assistants[i].content ?? '').toBe(turn.text);
        expect(assistants[i].tool_calls.map(({ id }: Json) => id)).toEqual(turn.calls.map(([id]) => id));
        for (const { function: called } of assistants[i].tool_calls)
          expect(called.arguments).toBe(inputsOfClient[call++]!);
      }
      // Where the SDK itself lost nothing by parsing and writing, that is what the upstream had said.
      expect(assistants[0].tool_calls[0].function.arguments).toBe(TURNS[0]!.calls[0]![2]);
      expect(assistants[1].tool_calls[0].function.arguments).toBe(TURNS[1]!.calls[0]![2]);
      const results = model.sent().messages.filter(({ role }: Json) => role === 'tool');
      expect(results.map(({ tool_call_id }: Json) => tool_call_id)).toEqual([
        'functions.read:0',
        'functions.grep:1',
        'functions.read:2',
      ]);
    });
  }

  test('C124 raw-agent, C071, C087, E4: a client that never parses an input returns it byte for byte, as do ids and reasoning', async () => {
    const model = models.raw.answer(inChunks(TURNS[0]!), inChunks(TURNS[1]!), chunks([{ content: LAST }]));
    const history: string[] = ['{"role":"user","content":"Read."}'];
    const tools = JSON.stringify(['read', 'grep'].map((name) => ({ name, input_schema: { type: 'object' } })));
    for (let turn = 0; turn < 3; turn++) {
      const body = `{"model":"${model.id}","max_tokens":4000,"stream":true,"thinking":{"type":"enabled","budget_tokens":1024},"tools":${tools},"messages":[${history.join(',')}]}`;
      const { events } = await readStream(await th.post('anthropic', body));
      const blocks = rawBlocks(events.map(jsonOf));
      const ids = blocks.flatMap(({ id }) => (id === undefined ? [] : [id]));
      if (turn === 2) {
        expect(blocks.map(({ json }) => json)).toEqual([JSON.stringify({ type: 'text', text: LAST })]);
        break;
      }
      history.push(`{"role":"assistant","content":[${blocks.map(({ json }) => json).join(',')}]}`);
      const results = ids.map((tool_use_id) => ({ type: 'tool_result', tool_use_id, content: 'r' }));
      history.push(JSON.stringify({ role: 'user', content: results }));
    }
    const assistants = returned(model);
    expect(assistants).toHaveLength(2);
    for (const [i, turn] of TURNS.entries()) {
      expect(assistants[i].reasoning_content).toBe(turn.reasoning);
      const calls = assistants[i].tool_calls.map(({ id, function: { name, arguments: args } }: Json) => [
        id,
        name,
        args,
      ]);
      expect(calls).toEqual(turn.calls);
    }
  });
});

/** The JSON texts of the inputs in an Anthropic request, in order; `JSON.parse` would have rewritten them. */
function rawInputs(body: string): string[] {
  const values: string[] = [];
  JSON.parse(body, function (this: Body, key, value: unknown) {
    if (key === 'input' && this.type === 'tool_use') values.push(JSON.stringify(value));
    return value;
  });
  // What JSON.stringify of the client wrote stands in its body; anything else would be this test's own invention.
  for (const value of values) expect(body).toContain(`"input":${value}`);
  return values;
}

/** The blocks of a streamed message as JSON texts, with inputs exactly as they came. */
function rawBlocks(events: readonly Json[]): { readonly json: string; readonly id?: string }[] {
  const blocks: { block: Json; input: string }[] = [];
  for (const event of events) {
    if (event.type === 'content_block_start') blocks[event.index] = { block: event.content_block, input: '' };
    if (event.type !== 'content_block_delta') continue;
    const open = blocks[event.index]!;
    const { delta } = event;
    if (delta.type === 'input_json_delta') open.input += delta.partial_json;
    if (delta.type === 'text_delta') open.block.text += delta.text;
    if (delta.type === 'thinking_delta') open.block.thinking += delta.thinking;
    if (delta.type === 'signature_delta') open.block.signature = delta.signature;
  }
  return blocks.map(({ block, input }) => {
    if (block.type !== 'tool_use') return { json: JSON.stringify(block) };
    const { id, name } = block;
    return { json: `${JSON.stringify({ type: 'tool_use', id, name }).slice(0, -1)},"input":${input}}`, id };
  });
}

describe('the tool runner of the OpenAI SDK, before an Anthropic upstream', () => {
  const model = {
    whole: th.model('anthropic', { dialect: { thinking: 'budget' } }),
    streamed: th.model('anthropic', { dialect: { thinking: 'budget' } }),
  };
  const INPUTS = [
    '{"path":"/tmp/ä.txt","n":12345678901234567890}',
    '{"10":1,"2":{"f":1.0},"pattern":"\\"x\\" <b>"}',
    '{"path":"/tmp/b.txt"}',
  ];
  const use = (id: string, name: string, input: string): Block =>
    toolUse(id, name, {}, [input.slice(0, 9), input.slice(9)]);
  const FIRST = [
    thinking('Two files.\n🌍', 'SIG1=='),
    text('Reading.'),
    use('toolu_1', 'read', INPUTS[0]!),
    use('toolu_2', 'grep', INPUTS[1]!),
  ];
  const SECOND = [thinking('One more.', 'SIG2/+'), use('toolu_3', 'read', INPUTS[2]!)];
  /** A block as the API's JSON has it, its input raw. */
  const asJson = (block: Block) => {
    if (block.type !== 'tool_use') return JSON.stringify(block);
    const { type, id, name } = block;
    return `${JSON.stringify({ type, id, name }).slice(0, -1)},"input":${(block.json as string[]).join('')}}`;
  };
  const asMessage = (blocks: readonly Block[], stop: string) =>
    `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[${blocks.map(asJson).join(',')}],"stop_reason":"${stop}","stop_sequence":null,"usage":{"input_tokens":40,"output_tokens":11}}`;

  for (const stream of [false, true]) {
    test(`C068 run-tools, C124, D4, E4 (${stream ? 'streamed' : 'whole'}): the SDK forgets the thinking; Claude gets it back with its signatures, and its calls byte for byte`, async () => {
      const target = stream ? model.streamed : model.whole;
      const turns = [FIRST, SECOND, [text(LAST)]];
      const answers = turns.map((blocks) => {
        const stop = blocks.length > 1 ? 'tool_use' : 'end_turn';
        return stream ? messageEvents(blocks, { stop }) : asMessage(blocks, stop);
      });
      target.answer(answers[0]!, ...answers.slice(1));
      const ran: [string, string][] = [];
      const tools = ['read', 'grep'].map((name) => ({
        type: 'function',
        function: {
          name,
          description: name,
          parameters: { type: 'object', properties: {} },
          function: (args: string) => {
            ran.push([name, args]);
            return `result of ${name}`;
          },
        },
      }));
      const runner = openaiClient(th).chat.completions.runTools({
        model: target.id,
        max_completion_tokens: 8000,
        reasoning_effort: 'medium',
        messages: [{ role: 'user', content: 'Read.' }],
        tools,
        stream,
      } as never);
      expect(await runner.finalContent()).toBe(LAST);
      expect(ran).toEqual([
        ['read', INPUTS[0]!],
        ['grep', INPUTS[1]!],
        ['read', INPUTS[2]!],
      ]);
      const sent = target.sent();
      expect(sent.thinking).toEqual({ type: 'enabled', budget_tokens: 4000 });
      const [, first, results, second, lastResult] = sent.messages;
      expect(first.content.map(({ type, id, name }: Json) => [type, id, name])).toEqual(
        FIRST.map(({ type, id, name }) => [type, id, name]),
      );
      expect(first.content.slice(0, 2)).toEqual(FIRST.slice(0, 2));
      expect(second.content[0]).toEqual(SECOND[0]);
      expect(results.content.map(({ tool_use_id }: Json) => tool_use_id)).toEqual(['toolu_1', 'toolu_2']);
      expect(lastResult.content[0].tool_use_id).toBe('toolu_3');
      for (const input of INPUTS) expect(target.sentText()).toContain(`"input":${input}`);
    });
  }
});
