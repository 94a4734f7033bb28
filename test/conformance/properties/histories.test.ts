/** What a client sends back of a conversation survives the way to the other shape and back. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { prepareOpenAiRequest } from '../../../src/protocol/transcode/anthropic-to-openai/request/request.ts';
import { crossingOf } from '../../../src/protocol/transcode/crossing.fixture.ts';
import { prepareAnthropicRequest } from '../../../src/protocol/transcode/openai-to-anthropic/request/request.ts';
import type { JsonObject } from '../../support/accumulate/answer.ts';
import { anthropicBody, history, openAiBody } from '../../support/arbitrary/history.ts';
import { RUNS } from './runs.ts';

setDefaultTimeout(20_000 + RUNS * 100);

const toOpenAi = (body: string | Uint8Array<ArrayBuffer>) => prepareOpenAiRequest(crossingOf(body, 'openai')).body;
const toAnthropic = (body: string | Uint8Array<ArrayBuffer>) =>
  prepareAnthropicRequest(crossingOf(body, 'anthropic')).body;
const read = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()) as JsonObject;

interface Turn {
  readonly role: string;
  text: string;
  readonly uses: unknown[];
  readonly results: unknown[];
}

/** The turns of a messages request: texts of one turn put together, neighbours of one role too. */
function anthropicTurns({ system, messages }: JsonObject): Turn[] {
  const turns: Turn[] = [{ role: 'system', text: textOf(system), uses: [], results: [] }];
  for (const { role, content } of messages as JsonObject[]) {
    if (turns.at(-1)!.role !== role) turns.push({ role, text: '', uses: [], results: [] });
    const turn = turns.at(-1)!;
    if (typeof content === 'string') turn.text += content;
    else {
      for (const block of content as JsonObject[]) {
        if (block.type === 'text') turn.text += block.text;
        else if (block.type === 'tool_use') turn.uses.push([block.id, block.name, block.input]);
        else if (block.type === 'tool_result') turn.results.push([block.tool_use_id, textOf(block.content)]);
        else throw new Error(`a block of the type ${block.type} has come out of nowhere`);
      }
    }
  }
  return turns;
}

function textOf(content: unknown): string {
  if (content === undefined) return '';
  return typeof content === 'string' ? content : (content as JsonObject[]).map(({ text }) => text as string).join('');
}

/** Messages but for what both spellings of a text are the same in. */
function openAiMessages({ messages }: JsonObject): unknown[] {
  const out: JsonObject[] = [];
  for (const { role, content, tool_calls, tool_call_id } of messages as JsonObject[]) {
    const one = { role, text: textOf(content ?? ''), tool_calls: tool_calls ?? [], tool_call_id };
    const last = out.at(-1);
    // Neighbouring turns of the user are one on the other side.
    if (role === 'user' && last?.role === 'user') last.text += one.text;
    else out.push(one);
  }
  return out;
}

describe('P4: a conversation', () => {
  test('of an Anthropic client comes back with every text, id, name and input', () => {
    fc.assert(
      fc.property(history, (all) => {
        const body = anthropicBody(all);
        const back = toAnthropic(toOpenAi(body));
        // An empty result that is an error says so.
        const errors = new Map(
          all.rounds.flatMap(({ calls }) => calls).map((call) => [call.id, call.isError && call.result === '']),
        );
        const expected = anthropicTurns(JSON.parse(body) as JsonObject).map((turn) => ({
          ...turn,
          results: (turn.results as [string, string][]).map(([id, text]) => [id, errors.get(id) ? 'error' : text]),
        }));
        expect(anthropicTurns(read(back))).toEqual(expected as Turn[]);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test('G9, C124: inputs come back byte for byte', () => {
    fc.assert(
      fc.property(history, (all) => {
        const there = toOpenAi(anthropicBody(all));
        const calls = (read(there).messages as JsonObject[]).flatMap(
          ({ tool_calls = [] }) => tool_calls as JsonObject[],
        );
        const inputs = all.rounds.flatMap((one) => one.calls.map(({ input }) => input));
        expect(calls.map((call) => call.function.arguments)).toEqual(inputs);
        const back = Buffer.from(toAnthropic(there)).toString();
        for (const input of inputs) expect(back).toContain(`"input":${input}`);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test('of an OpenAI client comes back with every text, id, name and argument', () => {
    fc.assert(
      fc.property(history, (all) => {
        const body = openAiBody(all);
        const back = read(toOpenAi(toAnthropic(body)));
        expect(openAiMessages(back)).toEqual(openAiMessages(JSON.parse(body) as JsonObject));
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test('C062: arguments that are no JSON come back as they were', () => {
    const junk = fc.oneof(
      fc.constantFrom('{"a": tru,}', '[1]', 'null ', '"x"', '{"a":1', '{}{', 'text'),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(junk, (args) => {
        const tool_calls = [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: args } }];
        const messages = [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: null, tool_calls },
          { role: 'tool', tool_call_id: 'call_1', content: 'y' },
        ];
        const there = toAnthropic(JSON.stringify({ model: 'm', messages }));
        const input = (read(there).messages as JsonObject[])[1]!.content[0].input as JsonObject;
        expect(typeof input === 'object' && input !== null && !Array.isArray(input)).toBe(true);
        const back = (read(toOpenAi(there)).messages as JsonObject[])[1]!.tool_calls[0].function.arguments as string;
        if ('_raw_arguments' in input) expect(back).toBe(args);
        else expect(JSON.parse(back)).toEqual(input);
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });
});
