import type { Usage } from '../../../protocol/usage.ts';

export type AnswerPart =
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** `args` is JSON text, but for a call that the token limit cut. */
  | { readonly kind: 'tool'; readonly name: string; readonly args: string };

/** An answer in neither shape yet. */
export interface DemoAnswer {
  readonly parts: readonly AnswerPart[];
  readonly end: 'end' | 'tools' | 'length' | 'stop';
  /** Which of the caller's stop sequences ended it. */
  readonly stopSequence: string | null;
  readonly usage: Usage;
}
