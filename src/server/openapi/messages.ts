import { type TSchema, Type } from '@sinclair/typebox';
import { EFFORTS } from '../../protocol/transcode/capabilities.ts';
import { Count, Nullable, Open, ref, Words } from './schema-kinds.ts';

const object = (description?: string) => Type.Optional(Nullable(Open({}, description)));
const text = (description?: string) =>
  Type.Optional(Nullable(Type.String(description === undefined ? {} : { description })));
const share = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));

const Blocks = Type.Array(ref('ContentBlock'));

const ContentBlock = Open(
  {
    type: Type.String({ description: 'text, image, document, thinking, tool_use, tool_result, …' }),
    cache_control: object(),
  },
  'One block; its further members depend on its type.',
);

const Message = Open({
  role: Words(['user', 'assistant', 'system']),
  content: Type.Union([Type.String(), Blocks]),
});

const Tool = Open({
  name: Type.String(),
  type: text('Left out or custom, for a tool of the caller.'),
  description: text(),
  input_schema: Type.Optional(Open({}, 'A JSON Schema.')),
});

const asked = {
  model: Type.String({ description: 'An id of GET /v1/models, or one below a glob such as anthropic/*.' }),
  messages: Type.Array(ref('Message'), { minItems: 1 }),
  system: Type.Optional(Type.Union([Type.String(), Blocks])),
  tools: Type.Optional(Type.Array(ref('Tool'))),
  tool_choice: Type.Optional(
    Open({ type: Words(['auto', 'any', 'tool', 'none']), disable_parallel_tool_use: Type.Optional(Type.Boolean()) }),
  ),
  thinking: object('{"type": "enabled", "budget_tokens": N}, {"type": "adaptive"} or {"type": "disabled"}.'),
  output_config: Type.Optional(
    Nullable(Open({ effort: Type.Optional(Nullable(Words(EFFORTS))), format: object('A JSON Schema to answer in.') })),
  ),
  output_format: object(),
  cache_control: object(),
  context_management: object(),
  mcp_servers: Type.Optional(Type.Array(Open({}))),
};

const Request = Open({
  ...asked,
  max_tokens: Type.Optional(
    Type.Integer({ minimum: 0, description: 'The longest answer, in tokens. Models of this shape insist on it.' }),
  ),
  stream: Type.Optional(Type.Boolean({ description: 'Answer with server-sent events.' })),
  temperature: share,
  top_p: share,
  top_k: Type.Optional(Type.Integer({ minimum: 0 })),
  stop_sequences: Type.Optional(Type.Array(Type.String())),
  metadata: Type.Optional(Nullable(Open({ user_id: text() }))),
  service_tier: text(),
  speed: text(),
  inference_geo: text(),
  container: Type.Optional(Nullable(Type.Union([Type.String(), Open({})]))),
  compaction: object(),
  thread: object(),
  fallbacks: Type.Optional(Nullable(Type.Array(Open({})))),
  fallback_credit_token: text(),
  billing_policy: object(),
  diagnostics: object(),
  user_profile_id: text(),
  workspace_id: text(),
  betas: Type.Optional(Type.Array(Type.String())),
  anthropic_beta: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  anthropic_version: text(),
  th_steering: Type.Optional(Nullable(Words(['off'], 'th-orchestra adds nothing to the system prompt.'))),
});

const Usage = Open({
  input_tokens: Count('Without cached ones.'),
  output_tokens: Count(),
  cache_read_input_tokens: Type.Optional(Nullable(Count())),
  cache_creation_input_tokens: Type.Optional(Nullable(Count())),
});

const Answer = Open({
  id: Type.String(),
  type: Words(['message']),
  role: Words(['assistant']),
  model: Type.String({ description: 'The id that was asked for.' }),
  content: Blocks,
  stop_reason: Nullable(Type.String({ description: 'end_turn, max_tokens, stop_sequence, tool_use, refusal, …' })),
  stop_sequence: Type.Optional(Nullable(Type.String())),
  usage: ref('MessageUsage'),
});

const Event = Open(
  {
    type: Type.String({
      description:
        'message_start, content_block_start, content_block_delta, content_block_stop, message_delta, message_stop, ping or error.',
    }),
  },
  'What follows `data: ` in an event. The stream ends with message_stop; one that ends without it is incomplete.',
);

/** The schemas of Anthropic's shape, by their names in the document. */
export const MESSAGE_SCHEMAS = {
  MessageRequest: Request,
  CountTokensRequest: Open(asked),
  Message,
  ContentBlock,
  Tool,
  MessageAnswer: Answer,
  MessageEvent: Event,
  MessageUsage: Usage,
  TokenCount: Open({ input_tokens: Count() }),
} satisfies Readonly<Record<string, TSchema>>;
