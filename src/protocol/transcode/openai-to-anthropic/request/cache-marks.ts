import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';

type Ttl = '5m' | '1h';

/** How long the upstream is to keep what stands before the mark; undefined: as long as it does by itself. */
export interface CacheMark {
  readonly ttl: Ttl | undefined;
  readonly origin: JsonNode;
}

/** What bears a mark, or none. */
export interface Markable {
  mark?: CacheMark | undefined;
}

/** Marks an upstream takes in one request, its own top-level one included. */
const MAX_MARKS = 4;

/** Lifetimes as either vendor writes them. `30m` is OpenAI's default, as `5m` is Anthropic's. */
const TTLS: ReadonlyMap<string, Ttl | undefined> = new Map<string, Ttl | undefined>([
  ['5m', '5m'],
  ['30m', undefined],
  ['in_memory', '5m'],
  ['1h', '1h'],
  ['12h', '1h'],
  ['24h', '1h'],
]);

/** The mark on a part, a message or a tool. */
export function readCacheMark(node: JsonNode, context: Context): CacheMark | undefined {
  if (context.capabilities.cache !== 'cache_control') return undefined;
  const native = node.get('cache_control');
  if (native !== undefined) return { ttl: readTtl(native.asObject().get('ttl'), context), origin: native };
  const breakpoint = node.get('prompt_cache_breakpoint')?.asObject();
  if (breakpoint === undefined) return undefined;
  const ttl = readTtl(breakpoint.get('ttl') ?? context.members.get('prompt_cache_retention'), context);
  return { ttl, origin: breakpoint };
}

function readTtl(node: JsonNode | undefined, { warnings }: Context): Ttl | undefined {
  if (node === undefined) return undefined;
  const ttl = node.asString();
  if (!TTLS.has(ttl)) warnings.add('dropped.cache_control.ttl', node.path);
  return TTLS.get(ttl);
}

/**
 * The mark over the whole request, which moves on with the conversation: the client's own, or one in place of what
 * OpenAI caches unasked. A client that names a key or options shows that it counts on a cache.
 */
function readTopLevelMark(context: Context): CacheMark | undefined {
  const { members, capabilities, warnings } = context;
  if (capabilities.cache !== 'cache_control') return undefined;
  const native = members.get('cache_control');
  if (native !== undefined) return { ttl: readTtl(native.asObject().get('ttl'), context), origin: native };
  const options = members.get('prompt_cache_options')?.asObject();
  const origin = options ?? members.get('prompt_cache_key');
  if (origin === undefined || options?.get('mode')?.asString() === 'explicit') return undefined;
  for (const name of ['prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'] as const) {
    if (members.has(name)) warnings.add(`approx.${name}`);
  }
  return { ttl: readTtl(options?.get('ttl') ?? members.get('prompt_cache_retention'), context), origin };
}

/**
 * The request's own mark, after the ones beyond what the upstream takes are removed from the first on. What the client
 * marked itself goes before a mark that only stands in for OpenAI's unasked caching.
 */
export function limitCacheMarks(all: Iterable<Markable>, context: Context): CacheMark | undefined {
  const marked = [...all].filter(({ mark }) => mark !== undefined);
  const topLevel = readTopLevelMark(context);
  const isOwn = topLevel !== undefined && topLevel.origin === context.members.get('cache_control');
  const kept = topLevel !== undefined && (isOwn || marked.length < MAX_MARKS) ? topLevel : undefined;
  const room = MAX_MARKS - (kept === undefined ? 0 : 1);
  for (const holder of marked.slice(0, Math.max(0, marked.length - room))) {
    context.warnings.add('dropped.cache_control', holder.mark?.origin.path);
    holder.mark = undefined;
  }
  return kept;
}

/** The value of `cache_control`. */
export function writeCacheMark({ ttl }: CacheMark): string {
  return ttl === undefined ? '{"type":"ephemeral"}' : `{"type":"ephemeral","ttl":"${ttl}"}`;
}
