import { checkOpenAiError } from './errors.ts';
import { dataOf, framesOf, Place } from './frames.ts';
import { Deltas } from './openai-delta.ts';
import { checkOpenAiUsage } from './openai-usage.ts';

export interface OpenAiChunksOptions {
  /** Whether the client asked for usage at the end. */
  readonly includeUsage: boolean;
  /** The client offered `functions` rather than `tools`. */
  readonly legacyFunctions?: boolean;
}

/**
 * Checks a whole stream for an OpenAI client, against what the official SDKs (TypeScript and Python), the AI SDK and
 * strict clients are known to stumble over. Throws a {@link GrammarError} that names the first violation.
 */
export function checkOpenAiChunks(bytes: Uint8Array, options: OpenAiChunksOptions): void {
  const grammar = new OpenAiGrammar(options);
  for (const { place, lines } of framesOf(bytes)) {
    if (lines.every((line) => line.startsWith(':'))) continue;
    if (lines.length !== 1) place.fail(`expected one data line, found ${JSON.stringify(lines).slice(0, 200)}`);
    if (lines[0] === 'data: [DONE]') grammar.done(place);
    else grammar.take(dataOf(lines[0], place), place);
  }
  grammar.end();
}

class OpenAiGrammar {
  readonly #options: OpenAiChunksOptions;
  readonly #deltas = new Deltas();
  #head: Record<string, unknown> | undefined;
  #finished = false;
  #counted = false;
  #isFirst = true;
  #ended = false;

  constructor(options: OpenAiChunksOptions) {
    this.#options = options;
  }

  take(chunk: Record<string, unknown>, place: Place): void {
    if (this.#ended) place.fail('comes behind the end');
    if ('error' in chunk) {
      checkOpenAiError(chunk, place);
      // Whoever has seen a finish reason takes the answer for whole.
      if (this.#finished) place.fail('an error behind the finish_reason');
      this.#ended = true;
      return;
    }
    const usageKey = this.#options.includeUsage ? ['usage'] : [];
    place.members(chunk, ['id', 'object', 'created', 'model', 'choices', ...usageKey], ['service_tier'], 'chunk');
    this.#checkHead(chunk, place);
    if (this.#counted) place.fail('comes behind the usage chunk');
    const choices = place.array(chunk.choices, 'choices');
    if (choices.length === 0) return this.#takeUsage(chunk, place);
    if (choices.length > 1) place.fail('has more than one choice');
    if (this.#finished) place.fail('a choice behind the finish_reason');
    if (usageKey.length > 0) place.oneOf(chunk.usage, [null], 'usage');
    const choice = place.object(choices[0], 'choices[0]');
    place.members(choice, ['index', 'delta', 'logprobs', 'finish_reason'], [], 'choices[0]');
    place.oneOf(choice.index, [0], 'choices[0].index');
    place.oneOf(choice.logprobs, [null], 'choices[0].logprobs');
    this.#takeChoice(choice, place);
  }

  done(place: Place): void {
    if (this.#ended) place.fail('[DONE] behind the end');
    if (!this.#finished) place.fail('[DONE] without a finish_reason');
    if (this.#options.includeUsage && !this.#counted) place.fail('[DONE] without a usage chunk');
    this.#ended = true;
  }

  end(): void {
    if (!this.#ended) new Place('stream').fail('ends with neither [DONE] nor an error');
  }

  /** What every chunk repeats. A usage chunk with another id is lost on the SDK. */
  #checkHead(chunk: Record<string, unknown>, place: Place): void {
    this.#head ??= chunk;
    place.oneOf(chunk.object, ['chat.completion.chunk'], 'object');
    for (const name of ['id', 'model'] as const) place.text(chunk[name], name);
    if (place.count(chunk.created, 'created') === 0) place.fail('created is 0');
    for (const name of ['id', 'created', 'model'] as const) {
      if (chunk[name] !== this.#head[name]) {
        place.fail(`${name} changes from ${JSON.stringify(this.#head[name])} to ${JSON.stringify(chunk[name])}`);
      }
    }
  }

  #takeChoice(choice: Record<string, unknown>, place: Place): void {
    const { legacyFunctions: legacy = false } = this.#options;
    const delta = place.object(choice.delta, 'delta');
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#deltas.first(delta, place);
      place.oneOf(choice.finish_reason, [null], 'finish_reason');
      return;
    }
    if (choice.finish_reason === null) return this.#deltas.take(delta, legacy, place);
    const reasons = ['stop', 'length', 'content_filter', legacy ? 'function_call' : 'tool_calls'] as const;
    const reason = place.oneOf(choice.finish_reason, reasons, 'finish_reason');
    if (Object.keys(delta).length > 0) place.fail('the chunk with the finish_reason has a delta');
    const called = reason === 'tool_calls' || reason === 'function_call';
    if (called && this.#deltas.calls === 0) place.fail(`finish_reason is ${reason}, yet nothing was called`);
    if (reason === 'stop' && this.#deltas.calls > 0) place.fail('finish_reason is stop, yet a tool was called');
    if (reason !== 'length') this.#deltas.end(place);
    this.#finished = true;
  }

  #takeUsage(chunk: Record<string, unknown>, place: Place): void {
    if (!this.#options.includeUsage) place.fail('a chunk without a choice for a client that did not ask for usage');
    if (!this.#finished) place.fail('a usage chunk before the finish_reason');
    checkOpenAiUsage(chunk.usage, place);
    this.#counted = true;
  }
}
