/**
 * What an upstream has against the thinking of a request. `refused`: a signature that is not its own, or whose text or
 * place has changed. `missing`: within a tool loop it wants to think on, and the thought it would go on from is not there.
 */
export type ThinkingRefusal = 'refused' | 'missing';

/**
 * Words of vendors, each from a recorded or documented answer. Between words stand backticks, quotes, escapes where the
 * whole answer is told as a text (Vertex), or whatever a proxy makes of them.
 */
const REFUSED: readonly RegExp[] = [
  // Anthropic, Bedrock, Vertex, OpenRouter; also "… The block is bound to a different conversation".
  /invalid\W{1,12}(?:signature|data)\W{1,12}in\W{1,12}(?:redacted_)?thinking/i,
  /thinking\.(?:signature|data)\W{1,6}(?:field required|input should)/i,
  /thinking\W{1,6}blocks in the latest assistant message cannot be modified/i,
  // Gemini.
  /(?:invalid|corrupted)\W{1,6}thought.?signature|thought.?signature\W{1,6}is not valid/i,
  // OpenAI, by way of routers.
  /invalid_encrypted_content|encrypted content\b.{0,120}could not be (?:verified|decrypted|parsed)/i,
];
const MISSING: readonly RegExp[] = [
  /expected\W{1,6}thinking\W{1,6}or\W{1,6}redacted_thinking\W{1,6}but found/i,
  // DeepSeek, in Anthropic's shape.
  /content\[\]\.thinking\W.{0,60}must be passed back/i,
];

/** Whether an upstream's words say that. */
export function readThinkingRefusal(said: string): ThinkingRefusal | undefined {
  if (!/think|thought|encrypted/i.test(said)) return undefined;
  if (REFUSED.some((words) => words.test(said))) return 'refused';
  return MISSING.some((words) => words.test(said)) ? 'missing' : undefined;
}
