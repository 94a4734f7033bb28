/** A request to the demo model, read from either shape: what its answer depends on, and nothing else. */
export interface DemoPrompt {
  readonly model: string;
  /** Text of the last user message that has any. */
  readonly userText: string;
  /** What the tools gave, when the last message brings their results; otherwise empty. */
  readonly toolResults: readonly string[];
  /** The tools the model may call; tools that the provider itself would run are not among them. */
  readonly tools: readonly DemoTool[];
  readonly toolChoice: DemoToolChoice;
  readonly parallelTools: boolean;
  readonly thinking: 'off' | 'shown' | 'hidden';
  readonly maxTokens: number;
  readonly stops: readonly string[];
  /** The answer's text must be JSON: any object, or one after a JSON schema. */
  readonly json: undefined | { readonly schema: unknown };
  readonly stream: boolean;
  /** The OpenAI shape's `stream_options.include_usage`. */
  readonly usageChunk: boolean;
  readonly inputTokens: number;
}

export interface DemoTool {
  readonly name: string;
  /** JSON schema of the arguments, as the client sent it. */
  readonly schema: unknown;
}

export type DemoToolChoice =
  { readonly mode: 'auto' | 'none' | 'any' } | { readonly mode: 'tool'; readonly name: string };

/** What both shapes' message lists come to. */
export interface DemoHistory {
  readonly userText: string;
  readonly toolResults: readonly string[];
  /** Every text that counts as input. */
  readonly texts: readonly string[];
}

/**
 * Claude Code puts notes of its own into user messages. They are not what the user said, and they name tools
 * that nobody asked to call.
 */
export function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}
