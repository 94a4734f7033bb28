import { estimateTokens } from '../protocol/anthropic/estimate-tokens.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { RequestFacts } from '../protocol/request.ts';
import { JSON_TYPE } from '../protocol/render-error.ts';
import { prepareSameShape } from '../protocol/transcode/same-shape/request.ts';
import { Attempt } from './attempt.ts';
import { forwardedHeaders } from './client-headers.ts';
import type { Exchange } from './exchange.ts';
import type { Model } from './routing/catalogue.ts';
import type { Ticker } from './ticker.ts';

/** The answer to `count_tokens`: the upstream's own count where it has one, an estimate that says so elsewhere. */
export async function countTokens(
  request: Request,
  exchange: Exchange,
  facts: RequestFacts,
  model: Model,
  { ticker, holdOpen }: { readonly ticker: Ticker; readonly holdOpen: () => void },
): Promise<Response> {
  const target = model.targets.find(({ provider }) => provider.shapes.includes('anthropic'));
  if (target === undefined) return answer(exchange, estimateTokens(facts), true);
  exchange.provider = target.provider.name;
  exchange.upstreamModel = target.model;
  exchange.attempts = 1;
  const attempt = new Attempt(target, ticker, request.signal, holdOpen);
  const redact = target.provider.redactorFor(target.model, facts.model);
  try {
    const counted = await attempt.send({
      shape: 'anthropic',
      path: '/v1/messages/count_tokens',
      headers: forwardedHeaders('anthropic', request.headers),
      body: prepareSameShape('anthropic', facts, target.model, false).body,
    });
    // Many servers of the Anthropic shape do not count; their clients are helped by an estimate, not by a 404.
    if (counted.status === 404 || counted.status === 405 || counted.status === 501) {
      await counted.body?.cancel();
      return answer(exchange, estimateTokens(facts), true);
    }
    if (!counted.ok) throw await attempt.readError(counted, redact);
    return answer(exchange, readCount(await attempt.readBody(counted)), false);
  } catch (cause) {
    attempt.abort(cause as Error);
    throw cause;
  } finally {
    attempt.close();
  }
}

function readCount(bytes: Uint8Array): number {
  try {
    const count = (JSON.parse(new TextDecoder().decode(bytes)) as { input_tokens?: unknown }).input_tokens;
    if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
  } catch {
    // Not JSON is the same failure as no count.
  }
  throw new ApiError('upstream_error', 'The upstream answered count_tokens without a count');
}

function answer(exchange: Exchange, inputTokens: number, estimated: boolean): Response {
  exchange.status = 200;
  const body = JSON.stringify({ input_tokens: inputTokens });
  exchange.bytesOut = body.length;
  return new Response(body, {
    headers: {
      ...exchange.headers(),
      'content-type': JSON_TYPE,
      'x-th-usage': estimated ? 'estimated' : 'reported',
    },
  });
}
