import { viewOf } from '../../byte-pattern.ts';
import { concat, EMPTY, isJson } from '../../bytes.ts';
import { encodeString } from '../../json/encode-string.ts';
import { parseValue } from '../../json/members.ts';
import { JsonNode } from '../../json/node.ts';
import { isFault, type Member, scanObject } from '../../json/scan.ts';
import { readBareFault, withoutComments, wordsOf } from '../../openai/bare-fault.ts';
import { dataFrame, eventFrame } from '../../sse/encode.ts';
import { dataLines } from '../../sse/frame.ts';
import { isDone, isErrorEvent } from '../../sse/marks.ts';
import { OpenAiOutputCounter } from '../count-openai-output.ts';
import { matchTemplate, rewriteAlone, rewriteText } from '../delta-template.ts';
import { Rewriter } from '../rewriter.ts';
import { signaturesOfChoices } from '../signatures.ts';
import { OpenAiToldUsage } from '../told-usage.ts';
import { errorOfFault } from '../upstream-error.ts';
import { readOpenAiErrorEvent } from './error-event.ts';
import { type Chunk, finishIn, hideUsage, holdsContent, readChunk } from './openai-chunk.ts';
import { wholePart } from './openai-cut-frame.ts';
import { type DeltaText, type EditedTemplate, findText, learnTemplate } from './openai-template.ts';
import type { SameShapeOptions } from './options.ts';
import { RelayedStream } from './relayed-stream.ts';

const DONE = dataFrame('[DONE]');
const BLANK_LINE = new TextEncoder().encode('\n\n');
/** A line of a field that SSE knows. */
const FIELD = /^(?:event|id|retry)(?::|$)/m;

const decoder = new TextDecoder();

/**
 * OpenAI chunks to an OpenAI client. Only these edits: `model` bears the public id; usage the client did not ask for
 * is taken out; `[DONE]` is added to a clean end that lacks it; nothing follows an error. Other bytes pass as they are.
 */
export class OpenAiSameShapeStream extends RelayedStream {
  readonly #model: Uint8Array<ArrayBuffer>;
  readonly #told = new OpenAiToldUsage(this.tally, this.oddities);
  readonly #counter = new OpenAiOutputCounter(this.tally);
  #template: EditedTemplate | undefined;

  constructor(options: SameShapeOptions) {
    super('openai', options);
    this.#model = encodeString(options.publicModel);
  }

  get awaitsEnd(): boolean {
    return this.finishReason !== undefined;
  }

  protected get endMark(): Uint8Array | undefined {
    return this.awaitsEnd || this.options.eofWithoutDone === 'ok' ? DONE : undefined;
  }

  /** Upstreams forget the last blank line; without it SDKs would lose the event. Half an event is dropped. */
  protected relayRest(rest: Uint8Array): Uint8Array {
    const whole = wholePart(rest);
    return whole.length === 0 ? EMPTY : this.relay(concat(whole, BLANK_LINE));
  }

  protected relay(bytes: Uint8Array): Uint8Array {
    const alone = this.#template;
    // The usual chunk of a paced stream is one delta. A view of it would make the engine give the array a buffer
    // object of its own, which costs more (5 µs) than all that is done here.
    if (
      alone !== undefined &&
      this.hasContent &&
      matchTemplate(alone, bytes, undefined, 0, bytes.length) === bytes.length
    ) {
      alone.written.bytes += bytes.length - alone.around;
      return alone.rewrites ? rewriteAlone(alone, bytes, 0, bytes.length) : bytes;
    }
    const out = new Rewriter(bytes);
    const view = viewOf(bytes);
    const frame = this.frame;
    let end = 0;
    while (this.state === 'open') {
      const template = this.#template;
      if (template !== undefined && this.hasContent) {
        const next = matchTemplate(template, bytes, view, end, bytes.length);
        if (next > 0) {
          template.written.bytes += next - end - template.around;
          if (template.rewrites) rewriteText(template, out, end, next);
          end = next;
          continue;
        }
      }
      if (!frame.read(bytes, end, bytes.length, this.sawCr)) {
        end = bytes.length;
        break;
      }
      end = frame.end;
      if (frame.dataLines === 1) this.#readData(bytes, out);
      else if (frame.dataLines > 1) this.replaceFrame(out, this.#relayLines(bytes));
      else this.#readDataless(bytes, out);
    }
    return out.finish(end);
  }

  /** A frame with one `data:` line: what matters in it is read, what must change is noted. */
  #readData(bytes: Uint8Array, out: Rewriter): void {
    const { start, end, dataStart, dataEnd } = this.frame;
    if (isDone(bytes, dataStart, dataEnd)) {
      this.complete();
      return;
    }
    const scan = scanObject(bytes, dataStart, dataEnd);
    if (isFault(scan)) return this.#readText(bytes, out);
    const chunk = readChunk(bytes, scan, this.#model);
    const { choices, usage } = chunk;
    const told = choices === undefined ? undefined : parseValue(bytes, choices);
    const text = choices === undefined ? undefined : this.#count(bytes, choices);
    // Behind what the chunk says: that is counted in it.
    if (usage !== undefined) this.#told.read(parseValue(bytes, usage));
    else this.#readUsageElsewhere(bytes, chunk, told);
    if (chunk.hasError || isErrorEvent(bytes, this.frame)) {
      const text = decoder.decode(bytes.subarray(dataStart, dataEnd));
      return this.forwardError(out, readOpenAiErrorEvent(text, this.options));
    }
    const edits = this.options.hideUsage ? hideUsage(chunk, scan) : chunk.renames;
    if (edits === undefined) return this.replaceFrame(out, EMPTY);
    for (const edit of edits) out.replace(edit.start, edit.end, edit.text);
    if (choices === undefined) return;
    const { signed } = this.options;
    if (signed !== undefined) signaturesOfChoices(told).forEach(signed);
    if (!this.hasContent) this.hasContent = holdsContent(told);
    const finishReason = finishIn(told);
    if (finishReason !== undefined) this.finishReason = finishReason;
    else if (usage === undefined && text !== undefined) {
      const { member, isReasoning } = text;
      const written = isReasoning ? this.tally.reasoning : this.tally.text;
      this.#template = learnTemplate(bytes, start, end, member, written, edits);
    }
  }

  /** Counts what a chunk says; gives its text where it has a single one. */
  #count(bytes: Uint8Array, choices: Member): DeltaText | undefined {
    const text = findText(bytes, choices);
    if (text?.isAll === true) {
      const { member, isReasoning } = text;
      const written = isReasoning ? this.tally.reasoning : this.tally.text;
      written.bytes += member.valueEnd - member.valueStart - 2;
    } else {
      const { elements } = new JsonNode(bytes, choices.valueStart, choices.valueEnd);
      for (const choice of elements) this.#counter.piece(choice);
    }
    return text;
  }

  /** Where Groq and Moonshot have put it. */
  #readUsageElsewhere(bytes: Uint8Array, { groq }: Chunk, choices: unknown): void {
    if (groq !== undefined) this.#told.read((parseValue(bytes, groq) as { usage?: unknown }).usage);
    if (Array.isArray(choices))
      for (const choice of choices as ({ usage?: unknown } | null)[]) this.#told.read(choice?.usage);
  }

  /** Data that is no JSON object: the words of an error, nothing at all (which breaks SDKs), or noise. */
  #readText(bytes: Uint8Array, out: Rewriter): void {
    const { dataStart, dataEnd } = this.frame;
    const text = decoder.decode(bytes.subarray(dataStart, dataEnd)).trim();
    if (isErrorEvent(bytes, this.frame)) this.replaceFrame(out, this.failWith(wordsOf(text)));
    else if (text === '') this.replaceFrame(out, EMPTY);
    else this.readNoise(out);
  }

  /** Several `data:` lines are one JSON text, or — from upstreams that forget blank lines — one event each. */
  #relayLines(bytes: Uint8Array): Uint8Array {
    const lines = dataLines(bytes, this.frame, this.sawCr);
    const joined = lines.join(' ');
    if (isErrorEvent(bytes, this.frame)) return this.relayEach([eventFrame('error', joined)]);
    if (isJson(joined)) return this.relayEach([dataFrame(joined)]);
    this.oddities.count('missing_blank_line');
    return this.relayEach(lines.map(dataFrame));
  }

  /** Comments pass. A bare JSON error and an `error:` field end the stream; a field without data breaks SDKs and goes. */
  #readDataless(bytes: Uint8Array, out: Rewriter): void {
    const text = withoutComments(decoder.decode(bytes.subarray(this.frame.start, this.frame.end)));
    const fault = readBareFault(text);
    if (fault !== undefined) {
      const error = errorOfFault(fault, this.options.redact);
      this.replaceFrame(out, this.fail(error));
    } else if (FIELD.test(text)) this.replaceFrame(out, EMPTY);
  }
}
