import { ApiError } from '../api-error.ts';
import { viewOf } from '../byte-pattern.ts';
import { isJson } from '../bytes.ts';
import { JsonNode } from '../json/node.ts';
import { skipSpace } from '../json/skip.ts';
import { dataLines, Frame } from '../sse/frame.ts';
import { FrameCutter } from '../sse/frames.ts';
import { isDone, isErrorEvent } from '../sse/marks.ts';
import { Noise, NOT_JSON } from '../sse/noise.ts';
import { parseUpstreamFault, type UpstreamFault } from '../transcode/upstream-error.ts';
import { readBareFault, withoutComments, wordsOf } from './bare-fault.ts';

const decoder = new TextDecoder();
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
  readonly #noise = new Noise();

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#cutter.push(chunk);
    const frame = this.#frame;
    const sink = this.#sink;
    const view = viewOf(bytes);
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
    const { dataLines: lines, dataStart, dataEnd } = this.#frame;
    const isError = isErrorEvent(bytes, this.#frame);
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
      if (isError) this.#sink.onFault(parseUpstreamFault(joined) ?? { message: wordsOf(joined) });
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
    const fault = parseUpstreamFault(text);
    if (fault !== undefined) this.#sink.onFault(fault);
    else if (text.trim() !== '' && !isLast) {
      this.#sink.onMalformed();
      if (this.#noise.count()) this.#sink.onFault({ message: NOT_JSON });
    }
  }

  /** Comments and fields without data mean nothing. An error may stand here, or a whole answer without `data:`. */
  #readDataless(bytes: Uint8Array): void {
    const { start, end } = this.#frame;
    const text = withoutComments(decoder.decode(bytes.slice(start, end)));
    const fault = readBareFault(text);
    if (fault !== undefined) this.#sink.onFault(fault);
    else if (text.startsWith('{') && isJson(text)) this.#readChunk(JsonNode.parse(text), undefined);
  }
}
