import type { ToolNames } from '../tool-names.ts';
import type { Warnings } from '../warnings.ts';

/** What the answer of an Anthropic upstream has to know of the OpenAI request it answers. */
export interface AnswerPlan {
  /** The id the client asked for. */
  readonly publicModel: string;
  readonly upstreamModel: string;
  readonly requestId: string;
  /** Unix seconds: `created`. */
  readonly createdS: number;
  /** Whether the client asked for usage at the end of its stream. */
  readonly includeUsage: boolean;
  /** False where the client asked for reasoning to be left out (`reasoning.exclude`). */
  readonly showReasoning: boolean;
  /** The client offered `functions`: the answer has `function_call`. */
  readonly legacyFunctions: boolean;
  /** The client's names of its tools of the type `custom`, whose input is a plain text. */
  readonly customTools: ReadonlySet<string>;
  readonly names: ToolNames;
  /** Whether a web search may have run, so that places in the text have to be counted for its citations. */
  readonly searches: boolean;
  /** Input tokens, for an upstream that tells no usage. */
  readonly estimateInput: () => number;
  readonly redact: (text: string) => string;
  /** Is told each signature of the answer's thinking; undefined where nobody asks whose they are. */
  readonly signed?: ((signature: string) => void) | undefined;
  readonly warnings: Warnings;
}
