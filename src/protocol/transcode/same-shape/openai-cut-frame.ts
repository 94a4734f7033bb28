import { EMPTY, isJson } from '../../bytes.ts';
import { readBareFault, withoutComments } from '../../openai/bare-fault.ts';
import { dataLines, Frame } from '../../sse/frame.ts';
import { isErrorEvent } from '../../sse/marks.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What can be told of a frame that the end of an OpenAI stream cut off: an error, or the events that are whole. */
export function wholePart(rest: Uint8Array): Uint8Array {
  const sawCr = rest.includes(0x0d);
  const frame = new Frame();
  if (!frame.read(rest, 0, rest.length, sawCr)) return EMPTY;
  if (frame.dataLines === 0) {
    return readBareFault(withoutComments(decoder.decode(rest))) === undefined ? EMPTY : rest;
  }
  const lines = dataLines(rest, frame, sawCr);
  if (isErrorEvent(rest, frame) || isWholeEvent(lines.join(' '))) return rest;
  const whole = lines.filter(isWholeEvent);
  return encoder.encode(whole.map((line) => `data: ${line}`).join('\n'));
}

function isWholeEvent(data: string): boolean {
  const text = data.trimStart();
  return text.startsWith('[DONE]') || (text.startsWith('{') && isJson(text));
}
