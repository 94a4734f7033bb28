import { JsonNode } from '../json/node.ts';
import { scanAnswer } from '../scan-answer.ts';

const encoder = new TextEncoder();

/** Members that every chunk bears; the others stand in the first one alone. */
const IN_EVERY_CHUNK = ['id', 'created', 'model'];
const NOT_IN_HEAD = new Set(['object', 'choices', 'usage', ...IN_EVERY_CHUNK]);

/**
 * A whole completion as the stream that was asked for: for each choice its text, its tool calls and its end, then the
 * usage. No member is lost. What is no completion becomes one event, an error most likely. Throws for what is not JSON.
 */
export function streamOfCompletion(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const scan = scanAnswer(body);
  const completion = new JsonNode(body, scan.open, scan.close + 1);
  const choices = completion.get('choices')?.elements;
  if (choices === undefined) return encoder.encode(frame(completion.raw));
  const every = ['"object":"chat.completion.chunk"', ...IN_EVERY_CHUNK.flatMap((name) => member(completion, name))];
  const once = [...completion.members.keys()].filter((name) => !NOT_IN_HEAD.has(name));
  let first = [...every, ...once.flatMap((name) => member(completion, name))];
  const frames: string[] = [];
  const add = (choicesText: string, more: readonly string[] = []) => {
    frames.push(frame(`{${[...first, ...more].join(',')},"choices":[${choicesText}]}`));
    first = every;
  };
  for (const [position, choice] of choices.entries()) for (const part of partsOf(choice, position)) add(part);
  const usage = member(completion, 'usage');
  if (usage.length > 0 || frames.length === 0) add('', usage);
  return encoder.encode(`${frames.join('')}data: [DONE]\n\n`);
}

/** The entries of `choices` that one choice becomes. */
function partsOf(choice: JsonNode, position: number): string[] {
  const index = choice.get('index')?.raw ?? String(position);
  const entry = (delta: readonly string[], more = '"finish_reason":null') =>
    `{"index":${index},"delta":{${delta.join(',')}},${more}}`;
  const parts: string[] = [];
  const message = choice.get('message');
  const calls = message?.get('tool_calls')?.elements ?? [];
  if (message !== undefined) {
    const names = [...message.members.keys()].filter((name) => name !== 'tool_calls' || calls.length === 0);
    parts.push(entry(names.flatMap((name) => member(message, name))));
  }
  if (calls.length > 0) parts.push(entry([`"tool_calls":[${calls.map(numbered).join(',')}]`]));
  const rest = [...choice.members.keys()].filter((name) => !['index', 'message', 'delta'].includes(name));
  const end = rest.flatMap((name) => member(choice, name));
  parts.push(end.length === 0 ? entry([]) : entry([], end.join(',')));
  return parts;
}

/** A call with its number, which a whole message need not tell. */
function numbered(call: JsonNode, index: number): string {
  const names = [...call.members.keys()].filter((name) => name !== 'index');
  return `{${[`"index":${index}`, ...names.flatMap((name) => member(call, name))].join(',')}}`;
}

function member(node: JsonNode, name: string): string[] {
  const value = node.members.get(name);
  return value === undefined ? [] : [`${JSON.stringify(name)}:${value.raw}`];
}

/** One event. Line ends stand between tokens only, and an event is one line. */
function frame(json: string): string {
  return `data: ${json.replace(/[\r\n]+/g, ' ')}\n\n`;
}
