/** Answers of an OpenAI-shaped model server, built from what is particular about them. */
import { OPENAI_DONE, openaiEvent } from '../../support/answers.ts';

export const OPENAI_USAGE = { prompt_tokens: 40, completion_tokens: 11, total_tokens: 51 };

const COMMON = { id: 'chatcmpl-up1', created: 1_700_000_000, model: 'upstream-model' };

export interface CompletionOptions {
  readonly finish?: string | null;
  readonly usage?: object | null;
  /** More members of the choice, and of the answer. */
  readonly choice?: object;
  readonly more?: object;
}

export function completion(message: object, options: CompletionOptions = {}): object {
  const { finish = 'stop', usage = OPENAI_USAGE, choice = {}, more = {} } = options;
  return {
    ...COMMON,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', ...message }, logprobs: null, finish_reason: finish, ...choice },
    ],
    ...(usage === null ? {} : { usage }),
    ...more,
  };
}

/** One event. `choice` adds members to the choice, `more` to the chunk. */
export function chunk(delta: object | undefined, finish: string | null = null, choice: object = {}, more: object = {}) {
  return openaiEvent({
    ...COMMON,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, ...(delta === undefined ? {} : { delta }), finish_reason: finish, ...choice }],
    ...more,
  });
}

export function usageChunk(usage: object = OPENAI_USAGE): string {
  return openaiEvent({ ...COMMON, object: 'chat.completion.chunk', choices: [], usage });
}

export interface ChunksOptions {
  readonly finish?: string | null;
  readonly usage?: object | null;
  readonly done?: boolean;
}

/** A role, one chunk a delta, the finish, usage, `[DONE]`. */
export function chunks(deltas: readonly object[], options: ChunksOptions = {}): string[] {
  const { finish = 'stop', usage = OPENAI_USAGE, done = true } = options;
  return [
    chunk({ role: 'assistant', content: '' }),
    ...deltas.map((delta) => chunk(delta)),
    ...(finish === null ? [] : [chunk({}, finish)]),
    ...(usage === null ? [] : [usageChunk(usage)]),
    ...(done ? [OPENAI_DONE] : []),
  ];
}

/** A delta with tool calls; what a call lacks is left out. */
export function toolDelta(...calls: readonly ToolDelta[]): object {
  return {
    tool_calls: calls.map(({ index, id, name, args, ...more }) => ({
      ...(index === undefined ? {} : { index }),
      ...(id === undefined ? {} : { id, type: 'function' }),
      function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
      ...more,
    })),
  };
}

export interface ToolDelta {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly args?: unknown;
  readonly extra_content?: object;
}

/** A whole tool call, as it stands in a message. */
export function toolCall(id: string, name: string, args: string): object {
  return { id, type: 'function', function: { name, arguments: args } };
}
