import type { Capabilities } from '../capabilities.ts';
import type { CrossingPorts } from '../ports.ts';
import type { ToolNames } from '../tool-names.ts';
import type { Warnings } from '../warnings.ts';

/** What the answer of an OpenAI upstream has to know of the Anthropic request it answers. */
export interface AnswerPlan {
  /** The id the client asked for. */
  readonly publicModel: string;
  readonly upstreamModel: string;
  readonly requestId: string;
  readonly capabilities: Capabilities;
  /** Whether the client asked for thinking; if not, its first block has to be the text. */
  readonly showThinking: boolean;
  /** Tools whose input is passed on as it comes, before it is whole; by the client's names. */
  readonly liveTools: ReadonlySet<string> | 'all';
  readonly names: ToolNames;
  /** Input tokens: told at the start of a stream, before the upstream tells its own count. */
  readonly estimateInput: () => number;
  readonly redact: (text: string) => string;
  readonly ports: CrossingPorts;
  readonly warnings: Warnings;
}
