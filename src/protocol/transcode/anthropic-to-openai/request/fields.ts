import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import { writeEndUser } from './end-user.ts';
import { writeStopSequences } from './limits.ts';
import { writeServiceTier, writeTemperature, writeTopK, writeTopP } from './sampling.ts';

/** What becomes of a top-level member of the client's. */
type Field =
  /** Mapped by itself. */
  | { readonly act: 'map'; readonly write: (node: JsonNode, context: Context) => void }
  /** Mapped together with others, by the file of that name. */
  | { readonly act: 'elsewhere'; readonly file: string }
  /** A hint without effect on the answer, or for the gateway alone. */
  | { readonly act: 'drop' }
  /** Left out, and the client is told; `unless` says of which values it need not be. */
  | { readonly act: 'warn'; readonly unless?: string }
  /** Cannot be had here, and an answer without it would not be what was asked for. */
  | {
      readonly act: 'refuse';
      readonly why: string;
      readonly unless?: (node: JsonNode, context: Context) => boolean;
      readonly errorCode?: string;
    };

const drop: Field = { act: 'drop' };
const map = (write: (node: JsonNode, context: Context) => void): Field => ({ act: 'map', write });
const elsewhere = (file: string): Field => ({ act: 'elsewhere', file });

/** Every top-level member of the Anthropic shape, in the order it is looked at. */
export const FIELDS: Readonly<Record<string, Field>> = {
  model: elsewhere('request'),
  stream: elsewhere('request'),
  max_tokens: elsewhere('limits'),
  tools: elsewhere('tools'),
  tool_choice: elsewhere('tool-choice'),
  thinking: elsewhere('reasoning'),
  output_config: elsewhere('reasoning, output-format'),
  output_format: elsewhere('output-format'),
  system: elsewhere('messages'),
  messages: elsewhere('messages'),
  temperature: map(writeTemperature),
  top_p: map(writeTopP),
  top_k: map(writeTopK),
  stop_sequences: map(writeStopSequences),
  metadata: elsewhere('end-user'),
  service_tier: map(writeServiceTier),
  cache_control: map((node, { capabilities, body }) => {
    if (capabilities.cache === 'cache_control') body.set('cache_control', node.asObject(), node.path);
  }),
  speed: { act: 'warn', unless: 'standard' },
  context_management: { act: 'warn' },
  inference_geo: {
    act: 'refuse',
    why: 'This model is not known to run in that region alone, so the request is not sent there',
    unless: (node, { capabilities }) => node.asString() === 'global' || capabilities.regions.includes(node.asString()),
  },
  container: { act: 'refuse', why: 'Containers are not available on this model' },
  mcp_servers: {
    act: 'refuse',
    why: 'MCP servers are not called on behalf of this model; connect to them in the client and offer their tools',
    unless: (node) => node.asArray().length === 0,
  },
  compaction: { act: 'refuse', why: 'Compaction by the server is not available on this model' },
  thread: {
    act: 'refuse',
    why: 'Threads are not available on this model; send the whole conversation',
    errorCode: 'thread_unsupported_request',
  },
  fallbacks: drop,
  fallback_credit_token: drop,
  billing_policy: drop,
  diagnostics: drop,
  user_profile_id: drop,
  workspace_id: drop,
  // Headers, which some platforms have in the body.
  betas: drop,
  anthropic_beta: drop,
  anthropic_version: drop,
};

const ROWS = Object.entries(FIELDS);

/** Does with each member what the table says; what the table does not know crosses where the model's record allows it. */
export function writeFields(root: JsonNode, context: Context): void {
  for (const [name, field] of ROWS) {
    const node = root.get(name);
    if (node !== undefined) applyField(name, field, node, context);
  }
  writeEndUser(root.get('metadata'), context);
  for (const [name, node] of root.members) {
    if (!Object.hasOwn(FIELDS, name) && node.kind !== 'null') writeUnknown(name, node, context);
  }
}

function applyField(name: string, field: Field, node: JsonNode, context: Context): void {
  switch (field.act) {
    case 'map':
      field.write(node, context);
      return;
    case 'warn':
      if (field.unless === undefined || node.stringOrUndefined !== field.unless) {
        context.warnings.add(`dropped.${name}`);
      }
      return;
    case 'refuse':
      if (field.unless?.(node, context) === true) return;
      throw new ApiError('unsupported_value', field.why, {
        param: name,
        ...(field.errorCode === undefined ? {} : { anthropicErrorCode: field.errorCode }),
      });
    case 'elsewhere':
    case 'drop':
  }
}

function writeUnknown(name: string, node: JsonNode, { capabilities, body, warnings }: Context): void {
  if (name.startsWith('th_')) return;
  // What is written already was decided with all else in mind: a second opinion would be a second member.
  if (capabilities.extraAllow.includes(name) && !body.has(name)) body.set(name, node, name);
  else warnings.add(`dropped.${name}`);
}
