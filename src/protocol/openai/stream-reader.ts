import { ApiError } from '../api-error.ts';
import { equals, isJson } from '../bytes.ts';
import { JsonNode } from '../json/node.ts';
import { skipSpace } from '../json/scan.ts';
import { dataLines, Frame } from '../sse/frame.ts';
import { FrameCutter } from '../sse/frames.ts';
import { readUpstreamFault, type UpstreamFault } from '../transcode/upstream-error.ts';

/** Frames that are no JSON: a proxy's noise is left out, a stream of it is not an answer. */
const MAX_MALFORMED = 3;
/** From this many bytes on, a chunk holds so many frames that a view pays. */
const MANY_FRAMES = 2048;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ERROR = encoder.encode('error');
const DONE_MARK = encoder.encode('[DONE]');
const LF = 0x0a;

/** What is done with the events of a stream. */
export interface StreamSink {
  /** False once nothing more is wanted. */
  readonly isOpen: boolean;
  /** Takes the frame at `at` if it is one of a kind that need not be parsed: where it ends, else -1. */
  takeFrame(bytes: Uint8Array, view: DataView | undefined, at: number): number;
  /** `frame`: where the chunk stands within its bytes; undefined where it does not stand there as it came. */
  onChunk(chunk: JsonNode, frame: Frame | undefined): void;
  onDone(): void;
  onFault(fault: UpstreamFault): void;
  /** A frame was left out. */
  onMalformed(): void;
}

/**
 * Reads a chat-completions stream as vendors write it: CRLF, comments, several events in one frame, errors named by
 * `event:`, by a field `error:` or by nothing at all, a last event without its blank line.
 */
export class OpenAiStreamReader {
  readonly #sink: StreamSink;
  readonly #cutter = new FrameCutter();
  readonly #frame = new Frame();
  #malformed = 0;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#cutter.push(chunk);
    const frame = this.#frame;
    const sink = this.#sink;
    const view = bytes.length < MANY_FRAMES ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < bytes.length && sink.isOpen) {
      const next = sink.takeFrame(bytes, view, at);
      if (next > 0) at = next;
      else if (bytes[at] === LF) at++;
      else if (frame.read(bytes, at, bytes.length, this.#cutter.sawCr)) {
        at = frame.end;
        this.#readFrame(bytes, this.#cutter.sawCr, false);
      } else break;
    }
  }

  /** The upstream closed its stream. Many forget the last blank line; half an event is dropped. */
  end(): void {
    const rest = this.#cutter.end();
    const sawCr = rest.includes(0x0d);
    if (this.#sink.isOpen && this.#frame.read(rest, 0, rest.length, sawCr)) this.#readFrame(rest, sawCr, true);
  }

  #readFrame(bytes: Uint8Array, sawCr: boolean, isLast: boolean): void {
    const { dataLines: lines, eventStart, eventEnd, dataStart, dataEnd } = this.#frame;
    const isError = eventStart >= 0 && equals(bytes, eventStart, eventEnd, ERROR);
    if (lines === 0) this.#readDataless(bytes);
    else if (lines === 1 && !isError) {
      const start = skipSpace(bytes, dataStart, dataEnd);
      if (isDone(bytes, start, dataEnd)) this.#sink.onDone();
      else if (!this.#readChunk(new JsonNode(bytes, start, dataEnd), this.#frame)) {
        this.#readText(decoder.decode(bytes.slice(start, dataEnd)), isLast);
      }
    } else {
      const texts = dataLines(bytes, this.#frame, sawCr);
      const joined = texts.join('\n');
      if (isError) this.#sink.onFault(readFault(joined) ?? { message: wordsOf(joined) });
      else for (const text of isJson(joined) ? [joined] : texts) this.#readLine(text, isLast);
    }
  }

  /** One of several data lines: without blank lines between them, each is an event. */
  #readLine(text: string, isLast: boolean): void {
    if (!this.#sink.isOpen) return;
    if (text.trimStart().startsWith('[DONE]')) this.#sink.onDone();
    else if (!isJson(text) || !this.#readChunk(JsonNode.parse(text), undefined)) this.#readText(text, isLast);
  }

  /** False when it is no JSON object, or one that no upstream in its senses sends. */
  #readChunk(chunk: JsonNode, frame: Frame | undefined): boolean {
    if (chunk.start >= chunk.end || chunk.kind !== 'object') return false;
    try {
      this.#sink.onChunk(chunk, frame);
      return true;
    } catch (error) {
      // Found while a value was read; any other fault is the answer's.
      if (error instanceof ApiError && error.code === 'invalid_value') return false;
      throw error;
    }
  }

  /** Data that is no JSON object: an error in an array, nothing at all, or noise. */
  #readText(text: string, isLast: boolean): void {
    const fault = readFault(text);
    if (fault !== undefined) this.#sink.onFault(fault);
    else if (text.trim() !== '' && !isLast) {
      this.#sink.onMalformed();
      if (++this.#malformed >= MAX_MALFORMED) {
        this.#sink.onFault({ message: 'The upstream sent a stream that is not JSON' });
      }
    }
  }

  /** Comments and fields without data mean nothing. An error may stand here, or a whole answer without `data:`. */
  #readDataless(bytes: Uint8Array): void {
    const { start, end } = this.#frame;
    const text = decoder.decode(bytes.slice(start, end)).replace(COMMENT, '$1').trim();
    if (text === '') return;
    const isField = text.startsWith('error:');
    const words = isField ? text.slice('error:'.length).trim() : text;
    const fault = readFault(words) ?? (isField ? { message: wordsOf(words) } : undefined);
    if (fault !== undefined) this.#sink.onFault(fault);
    else if (words.startsWith('{') && isJson(words)) this.#readChunk(JsonNode.parse(words), undefined);
  }
}

/** Not by `^` and `$`: they find lines within a line. */
const COMMENT = /(^|[\r\n]):[^\r\n]*/g;

function isDone(bytes: Uint8Array, start: number, end: number): boolean {
  return start + DONE_MARK.length <= end && equals(bytes, start, start + DONE_MARK.length, DONE_MARK);
}

function readFault(text: string): UpstreamFault | undefined {
  return isJson(text) ? readUpstreamFault(JSON.parse(text)) : undefined;
}

/** What an error says in plain text or as a JSON string. */
function wordsOf(text: string): string {
  const value: unknown = isJson(text) ? JSON.parse(text) : text;
  return (typeof value === 'string' ? value.trim() : text) || 'The upstream reported an error';
}
