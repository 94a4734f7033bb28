import { type TSchema, Type } from '@sinclair/typebox';
import { EFFORTS } from '../../protocol/transcode/capabilities.ts';
import { Count, Nullable, Open, ref, Words } from './schema-kinds.ts';

const flag = (description?: string) => Type.Optional(Type.Boolean(description === undefined ? {} : { description }));
const number = (minimum: number, maximum: number, description?: string) =>
  Type.Optional(Type.Number({ minimum, maximum, ...(description === undefined ? {} : { description }) }));
const object = (description?: string) => Type.Optional(Open({}, description));
const text = (description?: string) => Type.Optional(Type.String(description === undefined ? {} : { description }));
const tokens = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));

const Message = Open({
  role: Words(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: Type.Optional(
    Nullable(
      Type.Union([Type.String(), Type.Array(Open({ type: Type.String() }))]),
      'A text, or parts of several types.',
    ),
  ),
  tool_calls: Type.Optional(Type.Array(ref('ToolCall'))),
  tool_call_id: text('Of a message with the role tool: the call whose result it is.'),
  reasoning_content: text('Thinking that an earlier answer gave, returned as it came.'),
  reasoning_details: Type.Optional(Type.Array(Open({}), { description: 'The same with its signatures.' })),
});

const ToolCall = Open({
  id: Type.String(),
  type: Words(['function']),
  function: Open({ name: Type.String(), arguments: Type.String({ description: 'JSON as text.' }) }),
});

const Tool = Open({
  type: Type.String({ description: 'function, for a tool of the caller.' }),
  function: Type.Optional(Open({ name: Type.String(), description: text(), parameters: object('A JSON Schema.') })),
});

const Request = Open({
  model: Type.String({ description: 'An id of GET /v1/models, or one below a glob such as openai/*.' }),
  messages: Type.Array(ref('ChatMessage'), { minItems: 1 }),
  stream: Type.Optional(Nullable(Type.Boolean(), 'Answer with server-sent events.')),
  stream_options: Type.Optional(Nullable(Open({ include_usage: flag('The usage stands in the last chunk.') }))),
  max_completion_tokens: tokens('The longest answer, in tokens.'),
  max_tokens: tokens('The same by its older name.'),
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_k: Type.Optional(Type.Integer({ minimum: 0 })),
  stop: Type.Optional(Nullable(Type.Union([Type.String(), Type.Array(Type.String())]))),
  frequency_penalty: number(-2, 2),
  presence_penalty: number(-2, 2),
  seed: Type.Optional(Type.Integer()),
  logit_bias: object(),
  logprobs: flag(),
  top_logprobs: Type.Optional(Type.Integer({ minimum: 0, maximum: 20 })),
  n: Type.Optional(Type.Integer({ minimum: 1, description: 'More than 1 only where the provider speaks this shape.' })),
  tools: Type.Optional(Type.Array(ref('ChatTool'))),
  functions: Type.Optional(Type.Array(Open({ name: Type.String() }), { description: 'Tools by their older name.' })),
  tool_choice: Type.Optional(Type.Union([Words(['none', 'auto', 'required']), Open({ type: Type.String() })])),
  function_call: Type.Optional(Type.Union([Words(['none', 'auto']), Open({ name: Type.String() })])),
  parallel_tool_calls: flag(),
  web_search_options: object(),
  reasoning_effort: Type.Optional(Nullable(Words(EFFORTS))),
  reasoning: object('{"effort"} or {"max_tokens"}, as some clients write it.'),
  thinking: object('{"type", "budget_tokens"}, as the Anthropic shape writes it.'),
  output_config: object(),
  response_format: object('{"type": "json_object"}, or {"type": "json_schema", "json_schema": {...}}.'),
  verbosity: Type.Optional(Nullable(Words(['low', 'medium', 'high']))),
  safety_identifier: text(),
  user: text(),
  metadata: object(),
  store: Type.Optional(Nullable(Type.Boolean())),
  service_tier: Type.Optional(Nullable(Type.String())),
  cache_control: object('Marks the prompt for the cache of an Anthropic-shaped model.'),
  prompt_cache_key: text(),
  prompt_cache_options: object(),
  prompt_cache_retention: text(),
  prediction: object(),
  audio: object(),
  modalities: Type.Optional(Type.Array(Type.String())),
  moderation: object(),
  th_steering: Type.Optional(Nullable(Words(['off'], 'th-orchestra adds nothing to the system prompt.'))),
});

const Usage = Open({
  prompt_tokens: Count('Cached ones among them.'),
  completion_tokens: Count('Those of thinking among them.'),
  total_tokens: Count(),
  prompt_tokens_details: Type.Optional(Nullable(Open({ cached_tokens: Type.Optional(Count()) }))),
  completion_tokens_details: Type.Optional(Nullable(Open({ reasoning_tokens: Type.Optional(Count()) }))),
});

const Completion = Open({
  id: Type.String(),
  object: Words(['chat.completion']),
  created: Type.Integer({ description: 'Unix seconds.' }),
  model: Type.String({ description: 'The id that was asked for.' }),
  choices: Type.Array(
    Open({
      index: Count(),
      message: ref('ChatMessage'),
      finish_reason: Nullable(Type.String({ description: 'stop, length, tool_calls, content_filter, …' })),
    }),
  ),
  usage: Type.Optional(ref('ChatUsage')),
});

const Chunk = Open(
  {
    id: Type.String(),
    object: Words(['chat.completion.chunk']),
    created: Type.Integer({ description: 'Unix seconds.' }),
    model: Type.String(),
    choices: Type.Array(
      Open({ index: Count(), delta: Open({}), finish_reason: Type.Optional(Nullable(Type.String())) }),
    ),
    usage: Type.Optional(Nullable(ref('ChatUsage'))),
  },
  'What follows `data: ` in an event. The stream ends with `data: [DONE]`; one that ends without it is incomplete.',
);

/** The schemas of OpenAI's shape, by their names in the document. */
export const CHAT_SCHEMAS = {
  ChatCompletionRequest: Request,
  ChatMessage: Message,
  ToolCall,
  ChatTool: Tool,
  ChatCompletion: Completion,
  ChatCompletionChunk: Chunk,
  ChatUsage: Usage,
} satisfies Readonly<Record<string, TSchema>>;
