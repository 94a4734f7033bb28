import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';

/** Longest id OpenAI takes; Claude Code's is longer. */
const MAX_IDENTIFIER = 64;

/** Who asks, as the upstream is told; and which requests share a cache, where the upstream wants to be told. */
export function writeEndUser(metadata: JsonNode | undefined, context: Context): void {
  const { capabilities, body, ports } = context;
  const node = metadata?.asObject().get('user_id');
  const userId = node?.asString() ?? '';
  if (node !== undefined && userId !== '' && capabilities.userField !== 'none') {
    const tooLong = capabilities.userField === 'safety_identifier' && userId.length > MAX_IDENTIFIER;
    body.set(capabilities.userField, tooLong ? `"${ports.sha256(userId)}"` : node, node.path);
  }
  if (capabilities.cache !== 'breakpoint' && capabilities.cache !== 'auto') return;
  const { sessionId, keyId } = context.crossing;
  const sharing = sessionId ?? sessionOf(userId) ?? userId;
  // Hashed together with the client's key: no client can land in another's cache by naming its session.
  if (sharing !== '') body.set('prompt_cache_key', `"${ports.sha256(`${keyId}\n${sharing}`).slice(0, 32)}"`);
}

/** Claude Code puts its session into the user's id: `user_<hash>_account_<id>_session_<id>`, or as JSON. */
function sessionOf(userId: string): string | undefined {
  return /_session_([\w-]+)$/.exec(userId)?.[1] ?? /"session_id"\s*:\s*"([^"]+)"/.exec(userId)?.[1];
}
