import { type CorpusEntry, recordedRequest, recordedResponse } from '../../../test/support/corpus.ts';
import { readRequest, type RequestFacts } from '../request.ts';
import type { Shape } from '../shape.ts';
import { relayJson } from '../transcode/same-shape/response.ts';
import { OPTIONS, run } from '../transcode/same-shape/stream-runs.fixture.ts';
import { openSameShapeStream } from '../transcode/same-shape/stream.ts';
import type { Usage } from '../usage.ts';

/** A recorded request whose vendor told how many tokens it had. */
export interface RecordedUsage {
  readonly id: string;
  readonly shape: Shape;
  readonly provider: string;
  readonly facts: RequestFacts;
  readonly usage: Usage;
  readonly inputTokens: number;
}

/** Those that the client alone decided about: servers add search results, fetched pages and the like to others. */
export function recordedUsages(corpus: readonly CorpusEntry[]): RecordedUsage[] {
  return corpus.flatMap((entry) => {
    const request = recordedRequest(entry) as Record<string, unknown> | undefined;
    if (entry.status >= 400 || typeof request?.model !== 'string' || !Array.isArray(request.messages)) return [];
    if (addsByItself(request)) return [];
    const shape = entry.shape === 'openai-chat' ? 'openai' : 'anthropic';
    const usage = usageOf(shape, entry);
    if (usage === undefined) return [];
    const inputTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    const facts = readRequest(new TextEncoder().encode(JSON.stringify(request)));
    return inputTokens === 0 ? [] : [{ id: entry.id, shape, provider: entry.provider, facts, usage, inputTokens }];
  });
}

function usageOf(shape: Shape, entry: CorpusEntry): Usage | undefined {
  const bytes = Uint8Array.from(recordedResponse(entry));
  if (entry.response.endsWith('.sse')) return run(openSameShapeStream(shape, OPTIONS), [bytes]).usage;
  // A few recorded 200s carry an error and no usage.
  const whole = JSON.parse(Buffer.from(bytes).toString())[shape === 'openai' ? 'choices' : 'content'];
  return whole ? relayJson(shape, bytes, OPTIONS).usage : undefined;
}

/** Requests to which a server adds what the client did not send. */
function addsByItself(request: Record<string, unknown>): boolean {
  const tools = (request.tools ?? []) as { type?: string }[];
  if (tools.some(({ type }) => type !== undefined && type !== 'function' && type !== 'custom')) return true;
  if (JSON.stringify(request.messages).includes('"web_search_tool_result"')) return true;
  const more = ['mcp_servers', 'container', 'context_management', 'plugins', 'web_search_options', 'venice_parameters'];
  return (
    more.some((name) => request[name] !== undefined) || /search|:online|compound|sonar/.test(String(request.model))
  );
}

/** How the ratios of estimates to true counts lie. */
export function describeRatios(ratios: readonly number[]) {
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const upward = sorted.filter((ratio) => ratio >= 1).length / sorted.length;
  const text =
    `${sorted.length} requests, estimate / true: min ${at(0).toFixed(2)}, 5 % ${at(0.05).toFixed(2)}, ` +
    `median ${at(0.5).toFixed(2)}, 95 % ${at(0.95).toFixed(2)}; ${(upward * 100).toFixed(1)} % at or above`;
  return { upward, median: at(0.5), text };
}
