import { ApiError } from '../protocol/api-error.ts';
import type { RequestFacts } from '../protocol/request.ts';
import type { ThinkingPorts } from '../protocol/transcode/ports.ts';
import { prepareTokenCount } from '../protocol/transcode/same-shape/request.ts';
import { redactFault } from '../protocol/transcode/upstream-error.ts';
import { Attempt } from './attempts/attempt.ts';
import { forwardedHeaders } from './client-headers.ts';
import type { Exchange } from './exchange.ts';
import type { InputEstimates } from './input-estimate.ts';
import { type Target, upstreamNameOf } from './routing/catalogue.ts';
import type { Ticker } from './ticker.ts';
import { Tried } from './attempts/tried.ts';

export interface Counting {
  readonly ticker: Ticker;
  readonly holdOpen: () => void;
  readonly estimates: InputEstimates;
  readonly thinking?: ThinkingPorts | undefined;
}

/**
 * The answer to `count_tokens`, for every model: the count of the upstream that would serve it where that one counts,
 * elsewhere an estimate that says so.
 */
export async function countTokens(
  request: Request,
  exchange: Exchange,
  facts: RequestFacts,
  target: Target,
  { ticker, holdOpen, estimates, thinking }: Counting,
): Promise<Response> {
  const { provider } = target;
  const estimated = () => answer(exchange, estimates.estimate(facts, upstreamNameOf(target)), true);
  if (!provider.shapes.includes('anthropic')) return estimated();
  const key = provider.keys.take(ticker.time());
  exchange.tried = new Tried(target, key, ticker.time());
  exchange.attempts = 1;
  const attempt = new Attempt(target, ticker, request.signal, holdOpen);
  const redact = provider.redactorFor(target.model, facts.model);
  try {
    const counted = await attempt.send({
      shape: 'anthropic',
      path: '/v1/messages/count_tokens',
      headers: forwardedHeaders('anthropic', request.headers),
      body: prepareTokenCount(facts, target.model, target.capabilities, thinking),
      key,
    });
    // Many servers of the Anthropic shape do not count; their clients are helped by an estimate, not by a 404.
    if (counted.status === 404 || counted.status === 405 || counted.status === 501) {
      await counted.body?.cancel();
      return estimated();
    }
    if (!counted.ok) throw await attempt.readError(counted, (fault) => redactFault(fault, redact));
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
  const response = exchange.json({ input_tokens: inputTokens });
  response.headers.set('x-th-usage', estimated ? 'estimated' : 'reported');
  return response;
}
