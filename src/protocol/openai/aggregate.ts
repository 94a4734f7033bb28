import { ApiError } from '../api-error.ts';
import type { JsonNode } from '../json/node.ts';
import { Oddities } from '../transcode/oddities.ts';
import { cutShort, errorOfFault, type UpstreamFault } from '../transcode/upstream-error.ts';
import { ChoiceAggregate } from './choice-aggregate.ts';
import { indexOf } from './choice.ts';
import { readChunkFault, usageOf } from './chunk.ts';
import { OpenAiStreamReader } from './stream-reader.ts';

/** What is known of the upstream beside its stream. */
export interface AggregateOptions {
  /** Whether a stream may end without saying so. */
  readonly eofWithoutDone?: 'ok' | 'error';
  /** Takes host names, keys and private model ids out of an upstream's error text. */
  readonly redact?: (text: string) => string;
}

const encoder = new TextEncoder();

/** Members of a chunk that are not simply kept. */
const MERGED = new Set(['object', 'choices', 'usage', 'obfuscation', 'p']);

/**
 * A chat-completions stream as the one completion it would have been: for upstreams that stream whatever is asked for.
 * Members that nobody knows are kept. Throws an `ApiError` for a stream that tells an error or is cut.
 */
export class OpenAiAggregator {
  readonly oddities = new Oddities();
  readonly #options: AggregateOptions;
  readonly #reader: OpenAiStreamReader;
  readonly #members = new Map<string, string>();
  readonly #choices = new Map<number, ChoiceAggregate>();
  #usage: string | undefined;
  #isDone = false;
  #error: ApiError | undefined;

  constructor(options: AggregateOptions = {}) {
    this.#options = options;
    const isOpen = () => !this.#isDone && this.#error === undefined;
    this.#reader = new OpenAiStreamReader({
      get isOpen() {
        return isOpen();
      },
      takeFrame: () => -1,
      onChunk: (chunk) => this.#read(chunk),
      onDone: () => {
        this.#isDone = true;
      },
      onFault: (fault) => this.#fail(fault),
      onMalformed: () => this.oddities.count('malformed_frame'),
    });
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
    if (this.#error !== undefined) throw this.#error;
  }

  end(): Uint8Array<ArrayBuffer> {
    this.#reader.end();
    if (this.#error !== undefined) throw this.#error;
    const choices = [...this.#choices.entries()].sort(([a], [b]) => a - b);
    const isWhole =
      this.#isDone || this.#options.eofWithoutDone === 'ok' || choices.some(([, choice]) => choice.isFinished);
    if (this.#isDone && choices.length === 0) {
      throw new ApiError('upstream_error', 'The upstream ended its stream without an answer');
    }
    if (!isWhole || choices.length === 0) {
      throw cutShort();
    }
    const members = new Map([['object', '"chat.completion"'], ...this.#members]);
    members.set('choices', `[${choices.map(([index, choice]) => choice.render(index)).join(',')}]`);
    if (this.#usage !== undefined) members.set('usage', this.#usage);
    return encoder.encode(`{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`);
  }

  #read(chunk: JsonNode): void {
    const fault = readChunkFault(chunk);
    if (fault !== undefined) {
      this.#fail(fault);
      return;
    }
    for (const [name, node] of chunk.members) {
      if (MERGED.has(name) || (this.#members.has(name) && isBlank(node))) continue;
      // The id and the model of the first chunk that has them stand for all.
      if (name !== 'id' && name !== 'model') this.#members.set(name, node.raw);
      else if (isBlankText(this.#members.get(name))) this.#members.set(name, node.raw);
    }
    const choices = chunk.get('choices')?.elements ?? [];
    this.#usage = usageOf(chunk, choices[0])?.raw ?? this.#usage;
    for (const [position, choice] of choices.entries()) {
      const fails = this.#choiceAt(indexOf(choice) ?? position).read(choice);
      if (fails !== undefined) this.#fail({ message: `The upstream broke its answer off: ${fails}`, type: fails });
    }
  }

  #choiceAt(index: number): ChoiceAggregate {
    let choice = this.#choices.get(index);
    if (choice === undefined) this.#choices.set(index, (choice = new ChoiceAggregate()));
    return choice;
  }

  #fail(fault: UpstreamFault): void {
    this.#error = errorOfFault(fault, this.#options.redact ?? ((text) => text));
  }
}

function isBlank(node: JsonNode): boolean {
  return node.kind === 'null' || isBlankText(node.raw);
}

function isBlankText(json: string | undefined): boolean {
  return json === undefined || json === '""' || json === 'null';
}
