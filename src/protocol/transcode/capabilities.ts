/** Reasoning efforts, from the least to the most. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
/** One of {@link EFFORTS}. */
export type Effort = (typeof EFFORTS)[number];

/**
 * What one upstream model takes, and how its vendor spells it: consulted when a request or an answer crosses from one
 * shape to the other. Data only: a vendor that differs is another record, never another branch.
 */
export interface Capabilities {
  /** Tokens of prompt and answer together; undefined: not known. */
  readonly context: number | undefined;
  /** Longest answer, in tokens; a request for more is clamped. Undefined: not known, nothing is clamped. */
  readonly maxOutput: number | undefined;
  /** What is asked for where the client names no limit and the upstream insists on one; never above maxOutput. */
  readonly defaultMaxOutput: number;
  /** The member of an OpenAI-shaped request that limits the answer. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** `full`: temperature, top_p and top_k; `one`: temperature or top_p; `none`: only their defaults. */
  readonly sampling: 'full' | 'one' | 'none';
  readonly temperatureMax: number;
  /** Stop sequences taken; 0: none. */
  readonly stopMax: number;
  /** How an Anthropic-shaped model thinks: never, by budget, by effort (`adaptive`), either way, or always. */
  readonly thinking: 'none' | 'budget' | 'both' | 'adaptive' | 'always';
  /** Efforts the model knows; empty: it takes none. */
  readonly effortLevels: readonly Effort[];
  /** The member of an OpenAI-shaped request that turns reasoning on and off. `reasoning_effort` only knows effortLevels. */
  readonly thinkSwitch:
    'none' | 'reasoning_effort' | 'thinking' | 'enable_thinking' | 'chat_template_kwargs' | 'reasoning';
  /** The member of an OpenAI-shaped request that takes a budget of reasoning tokens. */
  readonly thinkBudget: 'none' | 'thinking_budget' | 'thinking_budget_tokens' | 'reasoning';
  /**
   * Members of an OpenAI-shaped answer that carry reasoning, in the order they are looked at. `think_tags` is none, but
   * says that a leading `<think>…</think>` within the content is reasoning.
   */
  readonly reasoningOut: readonly string[];
  /** The member of an assistant message in which reasoning goes back. */
  readonly reasoningIn: 'none' | 'reasoning_content' | 'reasoning' | 'reasoning_details';
  /** When reasoning goes back: the vendor refuses it, does not care, needs it within tool loops, or in every turn. */
  readonly reasoningEcho: 'forbid' | 'ignore' | 'tool_turns' | 'always';
  /** Whether a forced tool choice is taken together with thinking. */
  readonly forcedToolWithThinking: boolean;
  /** Function tools are refused unless `reasoning_effort` is `none`. */
  readonly toolsNeedEffortNone: boolean;
  readonly structured: 'strict' | 'schema' | 'json_object' | 'none';
  readonly images: 'none' | 'b64' | 'url';
  readonly pdf: boolean;
  /** Whether a tool message may hold images, or a user message behind it has to. */
  readonly toolImages: 'parts' | 'user';
  /** How many texts the system prompt may be made of. */
  readonly system: 'one_string' | 'parts' | 'many';
  /** Whether a system message may stand among the others. */
  readonly midSystem: boolean;
  /** Whether two messages of one role in a row are refused. */
  readonly alternateRoles: boolean;
  /** How an assistant message at the end is said to be continued; `native`: by being there. */
  readonly prefill: 'none' | 'native' | 'prefix' | 'partial' | 'continue_final';
  readonly cache: 'none' | 'cache_control' | 'breakpoint' | 'auto';
  /** Which tool-call ids are taken: any, `[A-Za-z0-9_-]+`, or nine letters and digits. */
  readonly toolId: 'any' | 'anthropic' | 'mistral9';
  /** Longest tool-call id. */
  readonly toolIdMax: number;
  readonly toolNameMax: number;
  /** Whether function tools may be offered at all. */
  readonly tools: boolean;
  /** Whether `parallel_tool_calls` may be sent. */
  readonly parallelTools: boolean;
  /** Tools the upstream runs itself: `web_search`. */
  readonly serverTools: readonly string[];
  /** Answers with a stream whatever is asked for, or refuses anything else. */
  readonly streamOnly: boolean;
  /** Whether `stream_options.include_usage` may be sent. */
  readonly usageInStream: boolean;
  /** Whether a stream that ends without a finish reason or `[DONE]` counts as whole. */
  readonly eofWithoutDone: 'ok' | 'error';
  /** The member that names the end user; `none`: the upstream refuses any such member. */
  readonly userField: 'user' | 'safety_identifier' | 'none';
  /** Whether `service_tier` may be sent; strict servers refuse members they do not know. */
  readonly serviceTiers: boolean;
  /** Regions in which the upstream is known to run; others are refused where a client pins one. */
  readonly regions: readonly string[];
  /** Further top-level members the upstream takes: they cross as they are. */
  readonly extraAllow: readonly string[];
}

/** What holds for a server of the OpenAI shape of which nothing else is known. */
export const OPENAI_CAPABILITIES: Capabilities = {
  context: undefined,
  maxOutput: undefined,
  defaultMaxOutput: 4096,
  maxTokensField: 'max_tokens',
  sampling: 'full',
  temperatureMax: 2,
  stopMax: 4,
  thinking: 'none',
  effortLevels: [],
  thinkSwitch: 'none',
  thinkBudget: 'none',
  reasoningOut: ['reasoning_content', 'reasoning'],
  reasoningIn: 'none',
  reasoningEcho: 'ignore',
  forcedToolWithThinking: true,
  toolsNeedEffortNone: false,
  structured: 'strict',
  images: 'url',
  pdf: true,
  toolImages: 'user',
  system: 'one_string',
  // The chat templates of many models refuse one behind the first message (Qwen, Gemma).
  midSystem: false,
  alternateRoles: false,
  prefill: 'none',
  cache: 'none',
  toolId: 'any',
  toolIdMax: 256,
  toolNameMax: 64,
  tools: true,
  parallelTools: true,
  serverTools: [],
  streamOnly: false,
  usageInStream: true,
  eofWithoutDone: 'error',
  userField: 'user',
  serviceTiers: true,
  regions: [],
  extraAllow: [],
};

/** What holds for a server of the Anthropic shape of which nothing else is known. */
export const ANTHROPIC_CAPABILITIES: Capabilities = {
  ...OPENAI_CAPABILITIES,
  defaultMaxOutput: 8192,
  temperatureMax: 1,
  stopMax: 64,
  thinking: 'budget',
  effortLevels: [],
  reasoningOut: [],
  forcedToolWithThinking: false,
  structured: 'schema',
  toolImages: 'parts',
  system: 'many',
  midSystem: false,
  prefill: 'native',
  cache: 'cache_control',
  toolId: 'anthropic',
  toolIdMax: 256,
  toolNameMax: 128,
};
