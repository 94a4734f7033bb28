import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';

/** What becomes of a top-level member of the client's request. */
interface Field {
  /** The upstream's members it is mapped to; the file that does it looks it up by name. */
  readonly to?: readonly string[];
  /** Why a request with this value cannot be served; undefined where it can. */
  readonly refuse?: (node: JsonNode) => string | undefined;
  /** Whether leaving out this value is told to the client. */
  readonly tell?: (node: JsonNode) => boolean;
}

const mapped = (...to: readonly string[]): Field => ({ to });
/** A mere hint, or for the gateway alone. */
const dropped: Field = {};
/** Changes the answer, though not what it means: left out, and told. */
const told = (tell: (node: JsonNode) => boolean = () => true): Field => ({ tell });
/** The answer would not be what was asked for. */
const refused = (refuse: (node: JsonNode) => string | undefined): Field => ({ refuse });

const isNotZero = (node: JsonNode) => node.asNumber() !== 0;
const isTrue = (node: JsonNode) => node.asBoolean();

/** Every member of the OpenAI shape, and the ones its clients send for models of the Anthropic shape. */
export const FIELDS: Readonly<Record<string, Field>> = {
  model: mapped('model'),
  messages: mapped('messages', 'system'),
  stream: mapped('stream'),
  stream_options: mapped(),

  max_completion_tokens: mapped('max_tokens'),
  max_tokens: mapped('max_tokens'),
  temperature: mapped('temperature'),
  top_p: mapped('top_p'),
  top_k: mapped('top_k'),
  stop: mapped('stop_sequences'),
  frequency_penalty: told(isNotZero),
  presence_penalty: told(isNotZero),
  seed: told(),
  logit_bias: told((node) => node.asObject().members.size > 0),
  logprobs: told(isTrue),
  top_logprobs: told(isNotZero),
  n: refused((node) => {
    if (!Number.isInteger(node.asNumber()) || node.asNumber() < 1) throw node.invalid('must be a whole number from 1');
    return node.asNumber() === 1 ? undefined : 'This model gives one answer a request; send the request n times';
  }),

  tools: mapped('tools'),
  functions: mapped('tools'),
  tool_choice: mapped('tool_choice'),
  function_call: mapped('tool_choice'),
  parallel_tool_calls: mapped('tool_choice.disable_parallel_tool_use'),
  web_search_options: mapped('tools'),

  reasoning_effort: mapped('thinking', 'output_config.effort'),
  reasoning: mapped('thinking', 'output_config.effort'),
  thinking: mapped('thinking', 'output_config.effort'),
  output_config: mapped('output_config'),
  response_format: mapped('output_config.format'),
  verbosity: told((node) => node.asString() !== 'medium'),

  safety_identifier: mapped('metadata'),
  user: mapped('metadata'),
  metadata: dropped,
  store: told(isTrue),
  service_tier: mapped('service_tier'),

  cache_control: mapped('cache_control'),
  prompt_cache_key: mapped('cache_control'),
  prompt_cache_options: mapped('cache_control'),
  prompt_cache_retention: mapped('cache_control'),

  prediction: told(),
  audio: dropped,
  modalities: refused((node) =>
    node.asArray().some((modality) => modality.asString() === 'audio')
      ? 'This model answers in text; ask for the modality "text" alone'
      : undefined,
  ),
  moderation: {
    refuse: (node) =>
      blocks(node, 'input') || blocks(node, 'output')
        ? 'Moderation that blocks is not available on this model, and is not left out silently'
        : undefined,
    tell: () => true,
  },
};

function blocks(moderation: JsonNode, side: 'input' | 'output'): boolean {
  return moderation.asObject().get('policy')?.asObject().get(side)?.asObject().get('mode')?.asString() === 'block';
}

/** Does with each member what the table says, and gives back those unknown to it that the upstream is known to take. */
export function applyFields({ members, capabilities, warnings }: Context): readonly JsonNode[] {
  const extra: JsonNode[] = [];
  for (const [name, node] of members) {
    if (name.startsWith('th_')) continue;
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (field === undefined) {
      if (capabilities.extraAllow.includes(name)) extra.push(node);
      else warnings.add(`dropped.${name}`);
      continue;
    }
    const refusal = field.refuse?.(node);
    if (refusal !== undefined) throw node.unsupported(refusal);
    if (field.tell?.(node) === true) warnings.add(`dropped.${name}`);
  }
  return extra;
}
