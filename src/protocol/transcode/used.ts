import type { Usage } from '../usage.ts';

/** What an answer has used: the whole of it, or as far as it has come. */
export interface Used {
  /** What the upstream told, completed by the gateway's own count where it told nothing. */
  readonly usage: Usage;
  /** What the upstream itself has told, and nothing else; undefined where it has told nothing. */
  readonly reported: Usage | undefined;
  /** Whether any of `usage` is the gateway's own count. */
  readonly usageEstimated: boolean;
  /** Whether there was anything in the answer: text, reasoning, a call, a refusal. One without any is not charged. */
  readonly hasOutput: boolean;
}

/** Why an answer ended. */
export interface Ended {
  /** In the upstream's words; left out or undefined: it has not said. */
  readonly finishReason?: string | undefined;
}
