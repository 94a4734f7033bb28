import { describe, expect, test } from 'bun:test';
import { chunk, GOLDEN_CHUNKS, GOLDEN_DELTAS, GOLDEN_USAGE, usageChunk, writeChunks, type Chunk } from './golden.ts';
import { checkOpenAiChunks } from './openai-chunks.ts';

const check = (chunks: string | readonly (Chunk | string)[], includeUsage = true, legacyFunctions = false) =>
  checkOpenAiChunks(new TextEncoder().encode(typeof chunks === 'string' ? chunks : writeChunks(chunks)), {
    includeUsage,
    legacyFunctions,
  });

type Json = Record<string, any>;
/** The golden chunks, deeply copied, after `change`. */
function changed(change: (chunks: Json[]) => unknown): (Chunk | string)[] {
  const chunks = structuredClone(GOLDEN_CHUNKS) as unknown as Json[];
  change(chunks);
  return chunks as unknown as Chunk[];
}
const deltaOf = (one: Json | undefined) => one!.choices[0].delta as Json;
const call = (one: Json | undefined) => deltaOf(one).tool_calls[0] as Json;
const quiet = [
  chunk({ role: 'assistant', content: '' }, null, false),
  chunk({ content: 'x' }, null, false),
  chunk({}, 'stop', false),
  'data: [DONE]',
];
const error = (more: object = {}) => ({
  error: { message: 'no', type: 'server_error', param: null, code: null, ...more },
});
const url = { type: 'url_citation', url_citation: { url: 'http://a', title: '', start_index: 0, end_index: 1 } };

describe('checkOpenAiChunks takes', () => {
  test('the golden stream', () => check(GOLDEN_CHUNKS));
  test('a stream without usage', () => check(quiet, false));
  test('an error in place of an answer', () => check([error()]));
  test('an error behind some text', () => check([...GOLDEN_CHUNKS.slice(0, 4), error({ code: 'x', param: 'p' })]));
  test('comments anywhere', () => check([': a', ...GOLDEN_CHUNKS.flatMap((one) => [one, ': b\n: c'])]));
  test('annotations beside reasoning_details', () => {
    check(
      changed((c) => {
        deltaOf(c[8]).annotations = [url];
      }),
    );
  });
  test('pieces of parallel calls by turns', () => {
    check(changed((c) => c.splice(7, 0, c.splice(5, 1)[0]!)));
  });
  test('a custom tool', () => {
    check(
      changed((c) => {
        deltaOf(c[4]).tool_calls[0] = { index: 0, id: 'a', type: 'custom', custom: { name: 'f', input: '' } };
        deltaOf(c[5]).tool_calls[0] = { index: 0, custom: { input: 'x' } };
      }),
    );
  });
  test('functions as they were', () => {
    const deltas = [
      GOLDEN_DELTAS[0],
      { function_call: { name: 'f', arguments: '' } },
      { function_call: { arguments: '{}' } },
    ];
    check([...deltas.map((one) => chunk(one)), chunk({}, 'function_call'), usageChunk(), 'data: [DONE]'], true, true);
  });
});

const text = writeChunks(GOLDEN_CHUNKS);

describe('checkOpenAiChunks rejects', () => {
  test.each([
    ['an event line', text.replace('data:', 'event: x\ndata:'), /frame 0: expected one data line/],
    ['an id line', text.replace('data:', 'id: 1\ndata:'), /expected one data line/],
    ['a retry line', `retry: 1\n\n${text}`, /expected a line "data: …"/],
    ['data on two lines', text.replace('"choices"', '\ndata: "choices"'), /expected one data line/],
    ['a comment within a frame', text.replace('data:', ': x\ndata:'), /expected one data line/],
    ['a frame that never ends', text.slice(0, -1), /does not end with a blank line/],
    ['no [DONE]', changed((c) => c.pop()), /neither \[DONE\] nor an error/],
    ['[DONE] twice', [...GOLDEN_CHUNKS, 'data: [DONE]'], /\[DONE\] behind the end/],
    ['a chunk behind [DONE]', [...GOLDEN_CHUNKS, chunk({})], /comes behind the end/],
    ['[DONE] without a finish_reason', changed((c) => c.splice(9, 2)), /\[DONE\] without a finish_reason/],
    ['[DONE] behind an error', [error(), 'data: [DONE]'], /\[DONE\] behind the end/],
    [
      'an error behind the finish_reason',
      [...GOLDEN_CHUNKS.slice(0, 10), error()],
      /an error behind the finish_reason/,
    ],
    ['an error that lacks a key', [{ error: { message: 'x', type: 'y', param: null } }], /lacks "code"/],
    ['an error with a numeric code', [error({ code: 502 })], /error.code must be a string/],
    ['an error without a message', [error({ message: '' })], /error.message/],
    [
      'no role',
      changed((c) => {
        c[0] = c[3]!;
      }),
      /delta lacks "role"/,
    ],
    ['a role that comes late', changed((c) => c.unshift(c[2]!)), /lacks "role"/],
    [
      'a second role',
      changed((c) => {
        deltaOf(c[3]).role = 'assistant';
      }),
      /role stands a second time/,
    ],
    [
      'an id that changes',
      changed((c) => {
        c[3]!.id = 'other';
      }),
      /frame 3: id changes/,
    ],
    [
      'an empty id of the usage chunk',
      changed((c) => {
        c[10]!.id = '';
      }),
      /id must be a string that is not empty/,
    ],
    [
      'a created that changes',
      changed((c) => {
        c[3]!.created = 2;
      }),
      /created changes/,
    ],
    [
      'a created of 0',
      changed((c) => {
        c[0]!.created = 0;
      }),
      /created is 0/,
    ],
    [
      'a model that changes',
      changed((c) => {
        c[3]!.model = 'private';
      }),
      /model changes/,
    ],
    [
      'an object of another kind',
      changed((c) => {
        c[3]!.object = 'chat.completion';
      }),
      /object must be/,
    ],
    [
      'an unknown member',
      changed((c) => {
        c[3]!.x_groq = {};
      }),
      /unknown member "x_groq"/,
    ],
    [
      'two choices',
      changed((c) => {
        c[3]!.choices.push(c[3]!.choices[0]);
      }),
      /more than one choice/,
    ],
    [
      'a choice of another index',
      changed((c) => {
        c[3]!.choices[0].index = 1;
      }),
      /choices\[0\].index/,
    ],
    ['a choice without logprobs', changed((c) => delete c[3]!.choices[0].logprobs), /lacks "logprobs"/],
    ['a choice without finish_reason', changed((c) => delete c[3]!.choices[0].finish_reason), /lacks "finish_reason"/],
    [
      'a delta that is null',
      changed((c) => {
        c[3]!.choices[0].delta = null;
      }),
      /delta must be an object/,
    ],
    [
      'an empty delta',
      changed((c) => {
        c[3]!.choices[0].delta = {};
      }),
      /delta is empty/,
    ],
    [
      'an unknown member of the delta',
      changed((c) => {
        deltaOf(c[3]).padding = 'x';
      }),
      /unknown member "padding"/,
    ],
    [
      'an empty text',
      changed((c) => {
        deltaOf(c[3]).content = '';
      }),
      /delta.content/,
    ],
    [
      'a text that is null',
      changed((c) => {
        deltaOf(c[3]).content = null;
      }),
      /delta.content/,
    ],
    [
      'empty reasoning',
      changed((c) => {
        deltaOf(c[2]).reasoning_content = '';
      }),
      /reasoning_content/,
    ],
    [
      'a call that starts at 1',
      changed((c) => {
        call(c[4]).index = 1;
      }),
      /index must be 0 at most, is 1/,
    ],
    [
      'an index gap',
      changed((c) => {
        call(c[6]).index = 2;
      }),
      /index must be 1 at most, is 2/,
    ],
    ['no index', changed((c) => delete call(c[4]).index), /tool_calls\[\].index must be a count/],
    ['a call without an id', changed((c) => delete call(c[4]).id), /tool_calls\[\].id/],
    ['a call without a type', changed((c) => delete call(c[4]).type), /tool_calls\[\].type/],
    [
      'a call without a name',
      changed((c) => {
        call(c[4]).function.name = '';
      }),
      /function.name/,
    ],
    ['a call without arguments', changed((c) => delete call(c[4]).function.arguments), /lacks "arguments"/],
    [
      'an id that is repeated',
      changed((c) => {
        call(c[5]).id = 'toolu_1';
      }),
      /unknown member "id"/,
    ],
    [
      'a name that is repeated',
      changed((c) => {
        call(c[5]).function.name = 'f';
      }),
      /unknown member "name"/,
    ],
    [
      'a type that is repeated',
      changed((c) => {
        call(c[5]).type = 'function';
      }),
      /unknown member "type"/,
    ],
    [
      'an id used twice',
      changed((c) => {
        call(c[6]).id = 'toolu_1';
      }),
      /has been used before/,
    ],
    ['empty arguments at the end', changed((c) => c.splice(7, 1)), /tool call 1 has no arguments/],
    [
      'an empty piece of arguments',
      changed((c) => {
        call(c[5]).function.arguments = '';
      }),
      /function.arguments/,
    ],
    [
      'an empty list of calls',
      changed((c) => {
        deltaOf(c[5]).tool_calls = [];
      }),
      /tool_calls is empty/,
    ],
    [
      'function_call where tools were offered',
      changed((c) => {
        c[5]!.choices[0].delta = { function_call: { name: 'f', arguments: '' } };
      }),
      /function_call for a client that offered tools/,
    ],
    [
      'reasoning_details in two chunks',
      changed((c) => c.splice(9, 0, c[8]!)),
      /reasoning_details stands in a second chunk/,
    ],
    [
      'reasoning_details without an index',
      changed((c) => delete deltaOf(c[8]).reasoning_details[0].index),
      /reasoning_details\[0\].index/,
    ],
    [
      'reasoning_details of an unknown type',
      changed((c) => {
        deltaOf(c[8]).reasoning_details[0].type = 'x';
      }),
      /reasoning_details\[0\].type/,
    ],
    [
      'encrypted reasoning without data',
      changed((c) => {
        deltaOf(c[8]).reasoning_details[0].type = 'reasoning.encrypted';
      }),
      /reasoning_details\[0\].data/,
    ],
    ['content behind reasoning_details', changed((c) => c.splice(9, 0, c[3]!)), /behind reasoning_details/],
    [
      'annotations in two chunks',
      changed((c) => {
        deltaOf(c[8]).annotations = [url];
        c.splice(9, 0, chunk({ annotations: [url] }));
      }),
      /annotations stands in a second/,
    ],
    [
      'an annotation without a title',
      changed((c) => {
        deltaOf(c[8]).annotations = [{ type: 'url_citation', url_citation: { url: 'x' } }];
      }),
      /url_citation.title/,
    ],
    [
      'an unknown finish_reason',
      changed((c) => {
        c[9]!.choices[0].finish_reason = 'eos';
      }),
      /finish_reason must be/,
    ],
    [
      'a finish_reason beside a delta',
      changed((c) => {
        deltaOf(c[9]).content = 'x';
      }),
      /the chunk with the finish_reason has a delta/,
    ],
    ['two finish_reasons', changed((c) => c.splice(10, 0, c[9]!)), /a choice behind the finish_reason/],
    ['text behind the finish_reason', changed((c) => c.splice(10, 0, c[3]!)), /a choice behind the finish_reason/],
    ['tool_calls without a call', changed((c) => c.splice(4, 4)), /yet nothing was called/],
    [
      'stop behind a call',
      changed((c) => {
        c[9]!.choices[0].finish_reason = 'stop';
      }),
      /yet a tool was called/,
    ],
    ['no usage key', changed((c) => delete c[3]!.usage), /lacks "usage"/],
    [
      'usage before the end',
      changed((c) => {
        c[3]!.usage = GOLDEN_USAGE;
      }),
      /usage must be null/,
    ],
    ['no usage chunk', changed((c) => c.splice(10, 1)), /without a usage chunk/],
    ['two usage chunks', changed((c) => c.splice(10, 0, c[10]!)), /behind the usage chunk/],
    ['a usage chunk before the finish_reason', changed((c) => c.splice(9, 0, c[10]!)), /before the finish_reason/],
    [
      'a total that is no sum',
      changed((c) => {
        c[10]!.usage.total_tokens = 54;
      }),
      /54 tokens in total, but 42 \+ 11/,
    ],
    [
      'more cached than prompt',
      changed((c) => {
        c[10]!.usage.prompt_tokens_details.cached_tokens = 43;
      }),
      /43 \+ 0 cached tokens of 42/,
    ],
    [
      'more reasoning than completion',
      changed((c) => {
        c[10]!.usage.completion_tokens_details.reasoning_tokens = 12;
      }),
      /12 reasoning tokens of 11/,
    ],
    [
      'a null count',
      changed((c) => {
        c[10]!.usage.prompt_tokens = null;
      }),
      /prompt_tokens must be a count/,
    ],
  ] as const)('%s', (_, chunks, complaint) => expect(() => check(chunks as string)).toThrow(complaint));

  test('usage keys where the client did not ask', () => {
    expect(() => check(GOLDEN_CHUNKS, false)).toThrow(/unknown member "usage"/);
    const empty = chunk({}, null, false) as Json;
    empty.choices = [];
    expect(() => check([...quiet.slice(0, 3), empty, 'data: [DONE]'], false)).toThrow(/did not ask for usage/);
  });

  test('tool_calls where functions were offered', () => {
    expect(() => check(GOLDEN_CHUNKS, true, true)).toThrow(/tool_calls for a client that offered functions/);
  });
});
