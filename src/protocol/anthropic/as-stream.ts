import { ApiError } from '../api-error.ts';
import { findMember, isFault, type Member, type ObjectScan, scanArray, scanObject } from '../json/scan.ts';
import { setMembers } from '../json/set-members.ts';
import { typeOf } from './read-event.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Members that a stream tells at its end. */
const TOLD_LAST = ['stop_reason', 'stop_sequence', 'stop_details'];

/**
 * A whole message as the events Anthropic would have sent for it: for upstreams that answer with JSON where a stream
 * was asked for. Taken together again, the events give the very message. Throws an `ApiError` for what is no message.
 */
export function streamOfMessage(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = scanObject(body);
  const content = isFault(message) ? undefined : findMember(message, 'content');
  if (isFault(message) || content === undefined || body[content.valueStart] !== 0x5b) {
    throw new ApiError('upstream_error', "The upstream's answer is not a message");
  }
  const events = [event('message_start', `"message":${startOf(body, message)}`)];
  for (const [index, [from, to]] of scanArray(body, content.valueStart, content.valueEnd).entries()) {
    events.push(...eventsOfBlock(index, body, from, to));
  }
  const told = TOLD_LAST.flatMap((name) => {
    const member = findMember(message, name);
    if (member !== undefined) return [`"${name}":${raw(body, member)}`];
    return name === 'stop_reason' ? ['"stop_reason":null'] : [];
  });
  const usage = findMember(message, 'usage');
  const counted = usage === undefined ? '' : `,"usage":${raw(body, usage)}`;
  events.push(event('message_delta', `"delta":{${told.join(',')}}${counted}`), event('message_stop'));
  return encoder.encode(events.join(''));
}

/** The message before anything of it has been said. */
function startOf(body: Uint8Array, message: ObjectScan): string {
  const values = new Map([['content', '[]']]);
  for (const name of TOLD_LAST) if (findMember(message, name) !== undefined) values.set(name, 'null');
  const usage = findMember(message, 'usage');
  const counts = usage === undefined ? undefined : scanObject(body, usage.valueStart, usage.valueEnd);
  if (counts !== undefined && !isFault(counts) && findMember(counts, 'output_tokens') !== undefined) {
    values.set('usage', decoder.decode(setMembers(body, counts, new Map([['output_tokens', '0']]))));
  }
  return decoder.decode(setMembers(body, message, values));
}

function eventsOfBlock(index: number, body: Uint8Array, from: number, to: number): string[] {
  const block = scanObject(body, from, to);
  const at = `"index":${index}`;
  const stop = event('content_block_stop', at);
  const whole = () => [event('content_block_start', `${at},"content_block":${slice(body, from, to)}`), stop];
  if (isFault(block)) return whole();
  const type = typeOf(body, block) ?? '';
  const emptied = new Map<string, string>();
  const deltas: string[] = [];
  const delta = (kind: string, json: string) =>
    deltas.push(event('content_block_delta', `${at},"delta":{"type":"${kind}",${json}}`));
  /** Moves a string member into a delta. */
  const moveText = (name: string) => {
    const text = findMember(block, name);
    if (text === undefined || body[text.valueStart] !== 0x22 || text.valueEnd - text.valueStart <= 2) return;
    emptied.set(name, '""');
    delta(`${name}_delta`, `"${name}":${raw(body, text)}`);
  };
  if (type === 'text') {
    const citations = findMember(block, 'citations');
    if (citations !== undefined && body[citations.valueStart] === 0x5b) {
      emptied.set('citations', '[]');
      for (const [start, end] of scanArray(body, citations.valueStart, citations.valueEnd)) {
        delta('citations_delta', `"citation":${slice(body, start, end)}`);
      }
    }
    moveText('text');
  } else if (type === 'thinking') {
    moveText('thinking');
    moveText('signature');
  } else if (type.endsWith('tool_use')) {
    const input = findMember(block, 'input');
    if (input === undefined || body[input.valueStart] !== 0x7b) return whole();
    emptied.set('input', '{}');
    const json = raw(body, input);
    delta('input_json_delta', '"partial_json":""');
    if (!isEmptyObject(json)) delta('input_json_delta', `"partial_json":${JSON.stringify(json)}`);
  } else return whole();
  const started = decoder.decode(setMembers(body, block, emptied));
  return [event('content_block_start', `${at},"content_block":${started}`), ...deltas, stop];
}

function isEmptyObject(json: string): boolean {
  return json.slice(1, -1).trim() === '';
}

function event(type: string, members = ''): string {
  const data = `{"type":"${type}"${members === '' ? '' : ','}${members}}`;
  // Line ends stand between members alone: within a string they are escaped.
  return `event: ${type}\ndata: ${data.replace(/[\r\n]+/g, ' ')}\n\n`;
}

function raw(bytes: Uint8Array, member: Member): string {
  return slice(bytes, member.valueStart, member.valueEnd);
}

function slice(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.slice(from, to));
}
