import { NO_USAGE } from '../protocol/usage.ts';
import type { LostTry, RequestFinished, RequestTrace } from './events.ts';

export const TRACE: RequestTrace = {
  context: {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentId: undefined,
    isSampled: true,
    state: undefined,
  },
  tryId: undefined,
};

/** A request that was answered at the first try. */
export function finished(changes: Partial<RequestFinished> = {}): RequestFinished {
  return {
    at: 1_795_000_000_000,
    settled: true,
    requestId: 'req_th_1',
    method: 'POST',
    route: '/v1/chat/completions',
    shape: 'openai',
    status: 200,
    outcome: 'answered',
    keyId: 'key_a',
    account: 'default',
    model: 'test/m',
    provider: 'p',
    upstreamModel: 'private-m',
    stream: false,
    attempts: 1,
    lost: [],
    usage: { ...NO_USAGE, inputTokens: 12, outputTokens: 200 },
    costNano: 1_214_400n,
    steeringTokens: 0,
    usageEstimated: false,
    decision: undefined,
    steering: 'none',
    warnings: [],
    oddities: undefined,
    finishReason: 'stop',
    price: undefined,
    bytesIn: 100,
    bytesOut: 1000,
    durationMs: 1500,
    firstByteMs: 400,
    firstContentMs: undefined,
    tryStartedMs: 2,
    overheadMs: 3,
    denied: undefined,
    trace: undefined,
    errorCode: undefined,
    keyFault: undefined,
    replayOf: undefined,
    ...changes,
  };
}

/** A try that came to nothing. */
export function lost(changes: Partial<LostTry> = {}): LostTry {
  return {
    provider: 'p',
    upstreamModel: 'private-m',
    errorCode: 'upstream_error',
    startedMs: 1,
    tookMs: 100,
    usage: undefined,
    price: undefined,
    mayCost: false,
    spanId: undefined,
    ...changes,
  };
}
