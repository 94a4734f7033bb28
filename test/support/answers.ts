/** Answers of model servers in both shapes, as JSON values and as lists of SSE events (text, blank line included). */

export interface TextAnswer {
  readonly text?: string;
  readonly model?: string;
  readonly id?: string;
}

export function openaiCompletion({
  text = 'Hello there',
  model = 'upstream-model',
  id = 'chatcmpl-1',
}: TextAnswer = {}) {
  return {
    id,
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
  };
}

export function anthropicMessage({ text = 'Hello there', model = 'upstream-model', id = 'msg_1' }: TextAnswer = {}) {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 12, output_tokens: 3, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  };
}

export function openaiEvent(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export function anthropicEvent(value: { readonly type: string; readonly [member: string]: unknown }): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}

export const OPENAI_DONE = 'data: [DONE]\n\n';

export interface StreamAnswer {
  /** The pieces of text, one event each. */
  readonly pieces?: readonly string[];
  readonly model?: string;
  /** Whether the OpenAI stream carries a usage chunk (as it does when asked for one). */
  readonly usage?: boolean;
}

/** Role, one chunk a piece, finish, usage, `[DONE]`. */
export function openaiStream(answer: StreamAnswer = {}): string[] {
  const { pieces = ['Hello', ' there', ' 🌍'], model = 'upstream-model', usage = true } = answer;
  const chunk = (delta: object, finish: string | null = null) =>
    openaiEvent({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(usage ? { usage: null } : {}),
    });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    ...(usage
      ? [
          openaiEvent({
            id: 'chatcmpl-1',
            object: 'chat.completion.chunk',
            created: 1_700_000_000,
            model,
            choices: [],
            usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
          }),
        ]
      : []),
    OPENAI_DONE,
  ];
}

/** message_start, one text block with one delta a piece, message_delta, message_stop. */
export function anthropicStream(answer: StreamAnswer = {}): string[] {
  const { pieces = ['Hello', ' there', ' 🌍'], model = 'upstream-model' } = answer;
  return [
    anthropicEvent({
      type: 'message_start',
      message: {
        ...anthropicMessage({ model }),
        content: [],
        stop_reason: null,
        usage: { input_tokens: 12, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
      },
    }),
    anthropicEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    anthropicEvent({ type: 'ping' }),
    ...pieces.map((text) =>
      anthropicEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    ),
    anthropicEvent({ type: 'content_block_stop', index: 0 }),
    anthropicEvent({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 3 },
    }),
    anthropicEvent({ type: 'message_stop' }),
  ];
}
