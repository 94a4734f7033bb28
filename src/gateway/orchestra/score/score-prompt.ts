import { createScorer, type PromptScore } from './scorer.ts';
import { decodeWeights } from './weights.ts';
import file from './weights.json' with { type: 'json' };

let score: ((text: string) => PromptScore) | undefined;

/**
 * What the weights that come with the program say of a prompt's text. Of a text of more than 6,144 UTF-16 units its
 * first 4,096 and its last 2,048 are looked at.
 */
export function scorePrompt(text: string): PromptScore {
  // Decoded when a request first asks for it.
  score ??= createScorer(decodeWeights(file));
  return score(text);
}
