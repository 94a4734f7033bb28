import { describe, expect, test } from 'bun:test';
import { checkAnthropicEvents } from './anthropic-events.ts';
import { GOLDEN_EVENTS, writeEvents, type AnthropicEvent } from './golden.ts';

const check = (text: string) => checkAnthropicEvents(new TextEncoder().encode(text));
const golden = writeEvents(GOLDEN_EVENTS);

type Json = Record<string, any>;
/** The golden events, deeply copied, after `change`. */
function changed(change: (events: Json[]) => unknown): string {
  const events = structuredClone(GOLDEN_EVENTS) as unknown as Json[];
  change(events);
  return writeEvents(events as unknown as AnthropicEvent[]);
}
const error = (more: object = {}): AnthropicEvent => ({
  type: 'error',
  error: { type: 'api_error', message: 'no' },
  request_id: 'req_th_1',
  ...more,
});
const delta = (index: number, value: object): Json => ({ type: 'content_block_delta', index, delta: value });

describe('checkAnthropicEvents takes', () => {
  test.each([
    ['the golden stream', golden],
    [
      'an answer of no block',
      changed((e) => {
        e.splice(2, 14);
        e[2]!.delta.stop_reason = 'end_turn';
      }),
    ],
    ['an error in place of an answer', writeEvents([error()])],
    ['an error within an open block', writeEvents([...GOLDEN_EVENTS.slice(0, 4), error()])],
    [
      'pings anywhere',
      changed((e) => {
        for (const at of [17, 9, 3]) e.splice(at, 0, { type: 'ping' });
      }),
    ],
    [
      'an input that max_tokens cut',
      changed((e) => {
        e[14]!.delta.partial_json = '{"a":"x';
        e[16]!.delta.stop_reason = 'max_tokens';
      }),
    ],
    [
      'a redacted block',
      changed((e) => {
        e.splice(
          2,
          4,
          { type: 'content_block_start', index: 0, content_block: { type: 'redacted_thinking', data: 'x' } },
          { type: 'content_block_stop', index: 0 },
        );
      }),
    ],
    [
      'citations',
      changed((e) => {
        e[6]!.content_block.citations = [];
        e.splice(8, 0, delta(1, { type: 'citations_delta', citation: { type: 'web_search_result_location' } }));
      }),
    ],
    [
      'a stop sequence',
      changed((e) => {
        e.splice(9, 7);
        Object.assign(e[9]!.delta, { stop_reason: 'stop_sequence', stop_sequence: 'END' });
      }),
    ],
    [
      'a refusal',
      changed((e) => {
        Object.assign(e[16]!.delta, {
          stop_reason: 'refusal',
          stop_details: { type: 'refusal', category: null, explanation: null },
        });
      }),
    ],
    [
      'a caller',
      changed((e) => {
        e[9]!.content_block.caller = { type: 'direct' };
      }),
    ],
  ] as const)('%s', (_, text) => check(text));
});

describe('checkAnthropicEvents rejects', () => {
  test.each([
    ['nothing at all', '', /is empty/],
    ['CR', golden.replaceAll('\n', '\r\n'), /CR/],
    ['a missing blank line at the end', golden.slice(0, -1), /does not end with a blank line/],
    ['a blank line too many', golden.replace('\n\n', '\n\n\n'), /blank line too many/],
    ['a frame without an event line', golden.replace('event: ping\n', ''), /frame 1: expected an event line/],
    ['an event line that disagrees', golden.replace('event: ping', 'event: pong'), /event is pong/],
    [
      'data on two lines',
      golden.replace('{"type":"ping"}', '{"type":\ndata: "ping"}'),
      /expected an event line and a data line/,
    ],
    ['data that is no JSON', golden.replace('{"type":"ping"}', '{"type":"ping"'), /no JSON/],
    [
      'data without its space',
      golden.replace('data: {"type":"ping"}', 'data:{"type":"ping"}'),
      /expected a line "data: …"/,
    ],
    ['a comment', `: ping\n\n${golden}`, /expected an event line/],
    ['a retry line', golden.replace('event: ping', 'retry: 1\nevent: ping'), /expected an event line/],
    ['[DONE]', `${golden}data: [DONE]\n\n`, /expected an event line/],
    ['an unknown event', changed((e) => e.splice(3, 0, { type: 'th_note' })), /th_note: is no event type/],
    ['an event before message_start', changed((e) => e.reverse()), /message_stop: comes before message_start/],
    ['a ping before message_start', changed((e) => e.unshift({ type: 'ping' })), /ping: comes before message_start/],
    ['a second message_start', changed((e) => e.splice(1, 0, e[0]!)), /comes a second time/],
    ['a message with content', changed((e) => e[0]!.message.content.push({})), /message.content must be empty/],
    [
      'a message without an id',
      changed((e) => {
        e[0]!.message.id = '';
      }),
      /message.id/,
    ],
    ['a message without a model', changed((e) => delete e[0]!.message.model), /message.model/],
    ['a message without stop_details', changed((e) => delete e[0]!.message.stop_details), /message.stop_details/],
    ['a message without usage', changed((e) => delete e[0]!.message.usage), /usage must be an object/],
    [
      'a null count',
      changed((e) => {
        e[0]!.message.usage.cache_read_input_tokens = null;
      }),
      /cache_read_input_tokens must be a count/,
    ],
    [
      'a negative count',
      changed((e) => {
        e[16]!.usage.input_tokens = -1;
      }),
      /input_tokens must be a count, is -1/,
    ],
    [
      'a count with a fraction',
      changed((e) => {
        e[16]!.usage.output_tokens = 1.5;
      }),
      /output_tokens must be a count/,
    ],
    [
      'more thinking than output',
      changed((e) => {
        e[16]!.usage.output_tokens_details.thinking_tokens = 12;
      }),
      /12 thinking tokens among 11/,
    ],
    [
      'an index gap',
      changed((e) => {
        e[6]!.index = 2;
      }),
      /index must be 1, is 2/,
    ],
    ['two open blocks', changed((e) => e.splice(8, 1)), /opens a block while block 1 is open/],
    [
      'a delta of another block',
      changed((e) => {
        e[7]!.index = 0;
      }),
      /index must be 1, is 0/,
    ],
    ['a delta outside of a block', changed((e) => e.splice(6, 1)), /comes while no block is open/],
    ['a block that is never closed', changed((e) => e.splice(15, 1)), /message_delta: comes while block 3 is open/],
    [
      'a thinking delta in a text block',
      changed((e) => {
        e[7]!.delta = { type: 'thinking_delta', thinking: 'x' };
      }),
      /a thinking_delta within a text block/,
    ],
    [
      'an unknown delta',
      changed((e) => {
        e[7]!.delta = { type: 'audio_delta' };
      }),
      /delta.type/,
    ],
    [
      'an empty text delta',
      changed((e) => {
        e[7]!.delta.text = '';
      }),
      /delta.text/,
    ],
    [
      'a text that is no string',
      changed((e) => {
        e[7]!.delta.text = null;
      }),
      /delta.text must be a string, is null/,
    ],
    ['thinking without thinking:""', changed((e) => delete e[2]!.content_block.thinking), /lacks "thinking"/],
    ['thinking without signature:""', changed((e) => delete e[2]!.content_block.signature), /lacks "signature"/],
    ['no signature', changed((e) => e.splice(4, 1)), /without its signature_delta/],
    ['two signatures', changed((e) => e.splice(4, 0, e[4]!)), /a signature_delta behind the signature_delta/],
    [
      'thinking behind its signature',
      changed((e) => e.splice(5, 0, e[3]!)),
      /a thinking_delta behind the signature_delta/,
    ],
    [
      'an empty signature',
      changed((e) => {
        e[4]!.delta.signature = '';
      }),
      /delta.signature/,
    ],
    [
      'a text block of white space',
      changed((e) => {
        e[7]!.delta.text = ' \n';
      }),
      /a text block of " \\n" alone/,
    ],
    ['a text block of nothing', changed((e) => e.splice(7, 1)), /a text block of "" alone/],
    [
      'citations that are no array',
      changed((e) => {
        e[6]!.content_block.citations = null;
      }),
      /citations must be an array, is null/,
    ],
    [
      'a call without an id',
      changed((e) => {
        e[9]!.content_block.id = null;
      }),
      /content_block.id/,
    ],
    [
      'an id Anthropic forbids',
      changed((e) => {
        e[9]!.content_block.id = 'functions.f:0';
      }),
      /a character that Anthropic refuses/,
    ],
    [
      'an id used twice',
      changed((e) => {
        e[13]!.content_block.id = 'toolu_1';
      }),
      /has been used before/,
    ],
    [
      'a call without a name',
      changed((e) => {
        e[9]!.content_block.name = '';
      }),
      /content_block.name/,
    ],
    [
      'a call that starts with its input',
      changed((e) => {
        e[9]!.content_block.input = { a: 1 };
      }),
      /must be {} at the start/,
    ],
    [
      'a caller of another kind',
      changed((e) => {
        e[9]!.content_block.caller = { type: 'code_execution' };
      }),
      /caller.type/,
    ],
    [
      'an unknown member of a block',
      changed((e) => {
        e[9]!.content_block.type2 = 1;
      }),
      /unknown member "type2"/,
    ],
    [
      'arguments that are no JSON',
      changed((e) => {
        e[11]!.delta.partial_json = 'a:1';
      }),
      /no JSON object: a:1/,
    ],
    [
      'arguments that are no object',
      changed((e) => {
        e[11]!.delta.partial_json = '[1]';
      }),
      /no JSON object/,
    ],
    ['no arguments at all', changed((e) => e.splice(14, 1)), /is cut, yet not by max_tokens/],
    [
      'cut arguments behind any other stop',
      changed((e) => {
        e[14]!.delta.partial_json = '{"a":';
      }),
      /is cut, yet not by max_tokens/,
    ],
    ['no message_delta', changed((e) => e.splice(16, 1)), /comes without a message_delta/],
    ['two message_deltas', changed((e) => e.splice(16, 0, e[16]!)), /message_delta: comes behind message_delta/],
    [
      'a block behind message_delta',
      changed((e) => e.splice(17, 0, { ...e[6], index: 4 })),
      /comes behind message_delta/,
    ],
    ['a message_delta without usage', changed((e) => delete e[16]!.usage), /lacks "usage"/],
    [
      'an unknown stop_reason',
      changed((e) => {
        e[16]!.delta.stop_reason = 'tool_calls';
      }),
      /stop_reason must be/,
    ],
    [
      'no stop_reason',
      changed((e) => {
        e[16]!.delta.stop_reason = null;
      }),
      /stop_reason must be/,
    ],
    ['tool_use without a tool', changed((e) => e.splice(9, 7)), /no tool was called/],
    [
      'end_turn behind a call',
      changed((e) => {
        e[16]!.delta.stop_reason = 'end_turn';
      }),
      /yet a tool was called/,
    ],
    [
      'a stop_sequence without its reason',
      changed((e) => {
        e[16]!.delta.stop_sequence = 'END';
      }),
      /stop_sequence must be null/,
    ],
    [
      'its reason without a stop_sequence',
      changed((e) => {
        e[16]!.delta.stop_reason = 'stop_sequence';
      }),
      /stop_sequence must be a string/,
    ],
    [
      'a refusal without details',
      changed((e) => {
        e[16]!.delta.stop_reason = 'refusal';
      }),
      /stop_details must be an object/,
    ],
    ['an absent stop_details', changed((e) => delete e[16]!.delta.stop_details), /lacks "stop_details"/],
    ['no message_stop', changed((e) => e.pop()), /ends with neither message_stop nor error/],
    ['two message_stops', changed((e) => e.push(e.at(-1)!)), /comes behind the end/],
    ['an error behind the end', writeEvents([...GOLDEN_EVENTS, error()]), /comes behind the end/],
    ['an event behind an error', writeEvents([error(), { type: 'ping' }]), /comes behind the end/],
    [
      'an error of the wrong form',
      writeEvents([error({ error: undefined, message: { type: 'api_error' } })]),
      /unknown member|lacks "error"/,
    ],
    ['an error without a request id', writeEvents([error({ request_id: undefined })]), /request_id/],
    [
      'an error of an unknown type',
      writeEvents([error({ error: { type: 'server_error', message: 'x' } })]),
      /error.type/,
    ],
  ] as const)('%s', (_, text, complaint) => expect(() => check(text)).toThrow(complaint));

  test('bytes that are no UTF-8', () => {
    const bytes = new TextEncoder().encode(golden.replace('hello', 'h\u00e9llo'));
    bytes[bytes.indexOf(0xc3)] = 0xff;
    expect(() => checkAnthropicEvents(bytes)).toThrow(/not valid UTF-8/);
  });
});
