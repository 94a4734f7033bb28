/** What a client of the other shape must have of a recording: the plain reading, in the client's words. */
import type { CorpusEntry } from '../../support/corpus.ts';
import type { Expectation } from './differences.ts';
import { readPlainEvents, readPlainMessage } from './plain-anthropic.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { readPlainChunks, readPlainCompletion } from './plain-openai.ts';

export function readPlain(entry: CorpusEntry, text: string): PlainAnswer {
  const isStream = entry.response.endsWith('.sse');
  if (entry.shape === 'openai-chat') return isStream ? readPlainChunks(text) : readPlainCompletion(text);
  return isStream ? readPlainEvents(text) : readPlainMessage(text);
}

export function expectationOf(entry: CorpusEntry, plain: PlainAnswer): Expectation {
  return entry.shape === 'openai-chat' ? ofOpenAi(plain, entry.response.endsWith('.sse')) : ofAnthropic(plain);
}

const STOP_REASONS: Readonly<Record<string, string>> = {
  length: 'max_tokens',
  content_filter: 'refusal',
};

/** Of an OpenAI recording, for an Anthropic client. */
function ofOpenAi(plain: PlainAnswer, isStream: boolean): Expectation {
  // A call without a name is none.
  const calls = plain.calls.filter(({ name }) => name.trim() !== '');
  let stop = STOP_REASONS[plain.stop ?? ''] ?? (calls.length > 0 ? 'tool_use' : 'end_turn');
  if (stop === 'end_turn' && plain.stopSequence !== undefined) stop = 'stop_sequence';
  if (stop !== 'max_tokens' && plain.refusal !== '') stop = 'refusal';
  const { text, refusal } = plain;
  return {
    ...plain,
    text: text + refusal,
    calls,
    stop,
    idOf: (id) =>
      id === ''
        ? /^[A-Za-z0-9_-]+$/
        : /^[A-Za-z0-9_-]+$/.test(id)
          ? id
          : `thx_${Buffer.from(id).toString('base64url')}`,
    // What max_tokens cut stays cut in a stream; a whole message needs an object.
    argsOf: ({ args }) => (stop === 'max_tokens' ? (isStream ? args : closed(args)) : objectOf(args)),
  };
}

/** The arguments as the object that Anthropic's shape insists on. */
function objectOf(args: string): string {
  if (args.trim() === '' || args.trim() === 'null') return '{}';
  try {
    const value: unknown = JSON.parse(args);
    if (typeof value === 'string') return objectOf(value);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return args;
  } catch {
    // Falls through: it is told as it was written.
  }
  return JSON.stringify({ _raw_arguments: args });
}

/** The object as far as it came, by trying what may be missing. */
function closed(args: string): string {
  const ends = ['', '}', '"}', '"]}', ']}', '}}', '"}}', 'null}'];
  return ends.map((end) => args + end).find((text) => objectOf(text) === text) ?? '{}';
}

const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** Of an Anthropic recording, for an OpenAI client. */
function ofAnthropic(plain: PlainAnswer): Expectation {
  return {
    ...plain,
    stop: FINISH_REASONS[plain.stop ?? ''] ?? 'stop',
    idOf: (id) => id,
    argsOf: ({ args }) => (args === '' ? '{}' : args),
  };
}
