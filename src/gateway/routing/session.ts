import { createHash, type Hash } from 'node:crypto';
import { findMember } from '../../protocol/json/scan.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import { blocksIn, elementsOf, isSystemRole, objectAt, type Span, valueOf, wordOf } from './prompt-parts.ts';

/** Headers in which clients name a session, the surest first. */
const HEADERS = ['x-claude-code-session-id', 'x-session-id', 'x-session-affinity', 'session-id', 'session_id'];

/** Which session a request belongs to, and where it is in it. */
export interface SessionFacts {
  /** Under which names it may be known, the surest first. */
  readonly names: readonly string[];
  /** Whether it has to stay where it was before: not so the first turn of one that only its prompt tells of. */
  readonly follows: boolean;
  /** Whether a model waits for the results of its tools: another one would have to go on from its thoughts. */
  readonly inToolLoop: boolean;
}

/**
 * Recognises a session: by a header, by `prompt_cache_key`, by `metadata.user_id`, else by the digest of system, tools
 * and first user turn; from its second turn on the first answer counts, too, since many conversations may begin alike.
 * Names differ from key to key and from model to model.
 */
export function readSession(headers: Headers, facts: RequestFacts, keyId: string, modelId: string): SessionFacts {
  const { bytes, scan } = facts;
  const messages = elementsOf(bytes, scan, 'messages');
  const inToolLoop = endsWithToolResult(bytes, messages);
  const hash = createHash('sha256').update(`${keyId}\n${modelId}\n`);
  const named = nameOf(headers, facts);
  if (named !== undefined) return { names: [finish(hash.update(named))], follows: true, inToolLoop };
  for (const name of ['system', 'tools', 'functions']) {
    const member = findMember(scan, name);
    if (member !== undefined) hash.update(bytes.slice(member.valueStart, member.valueEnd));
  }
  const [begin] = messages[0] ?? [0];
  const firstTurn = messages.findIndex((span) => roleOf(bytes, span) === 'user');
  const first = finish(hash.update(bytes.slice(begin, messages.at(firstTurn)?.[1] ?? begin)));
  const answer = messages.slice(firstTurn + 1).find((span) => roleOf(bytes, span) === 'assistant');
  if (answer === undefined) return { names: [first], follows: false, inToolLoop };
  const second = createHash('sha256')
    .update(first)
    .update(bytes.slice(...answer));
  return { names: [finish(second), first], follows: true, inToolLoop };
}

function nameOf(headers: Headers, facts: RequestFacts): string | undefined {
  for (const header of HEADERS) {
    const value = headers.get(header);
    if (value) return `${header}\n${value}`;
  }
  const cacheKey = valueOf(facts, 'prompt_cache_key');
  if (typeof cacheKey === 'string' && cacheKey !== '') return `prompt_cache_key\n${cacheKey}`;
  const user = (valueOf(facts, 'metadata') as { user_id?: unknown } | null | undefined)?.user_id;
  return typeof user === 'string' && user !== '' ? `user_id\n${user}` : undefined;
}

function endsWithToolResult(bytes: Uint8Array, messages: readonly Span[]): boolean {
  const last = messages.findLast((span) => !isSystemRole(roleOf(bytes, span)));
  const message = last === undefined ? undefined : objectAt(bytes, last);
  if (message === undefined) return false;
  const role = wordOf(bytes, message, 'role');
  if (role === 'tool' || role === 'function') return true;
  if (role !== 'user') return false;
  for (const block of blocksIn(bytes, message)) if (wordOf(bytes, block, 'type') === 'tool_result') return true;
  return false;
}

function roleOf(bytes: Uint8Array, message: Span): string | undefined {
  return wordOf(bytes, objectAt(bytes, message), 'role');
}

function finish(hash: Hash): string {
  return hash.digest('base64url').slice(0, 22);
}
