import { randomBytes } from 'node:crypto';
import { isFailed } from '../failed.ts';
import { hasKept } from '../metrics/attempts.ts';
import type { LostTry, RequestFinished, RequestTrace } from '../events.ts';
import { ATTRIBUTE as A, OPERATION } from '../names.ts';
import { type AttributeValue, cut, toAttributes, toUnixNano } from '../otlp/attributes.ts';

const KIND = { server: 2, client: 3 } as const;
const STATUS_ERROR = { code: 2 };

type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

interface SpanFacts {
  readonly name: string;
  readonly kind: 2 | 3;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

/** The spans of a request as OTLP's JSON has them: its own, and one of each try. Nothing of what was said is in them. */
export function spansOf(event: RequestFinished, trace: RequestTrace): readonly Record<string, unknown>[] {
  const { context } = trace;
  const startMs = event.at - event.durationMs;
  const toSpan = ({ name, kind, spanId, parentId, attributes, isError, ...times }: SpanFacts) => ({
    traceId: context.traceId,
    spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    ...(context.state === undefined ? {} : { traceState: context.state }),
    name,
    kind,
    startTimeUnixNano: toUnixNano(times.startMs),
    endTimeUnixNano: toUnixNano(times.endMs),
    attributes: toAttributes(attributes),
    ...(isError ? { status: STATUS_ERROR } : {}),
  });
  const request: SpanFacts = {
    name: `${event.method} ${event.route}`,
    kind: KIND.server,
    spanId: context.spanId,
    parentId: context.parentId,
    startMs,
    endMs: event.at,
    attributes: requestAttributes(event),
    isError: isFailed(event),
  };
  const tries = event.lost.map((lost) => lostSpan(lost, context.spanId, startMs));
  if (hasKept(event)) tries.push(keptSpan(event, trace, startMs));
  return [request, ...tries].map(toSpan);
}

function requestAttributes(event: RequestFinished): Attributes {
  const { decision } = event;
  return {
    [A.httpMethod]: event.method,
    [A.httpRoute]: event.route,
    [A.httpStatus]: event.status,
    [A.errorType]: event.errorCode,
    [A.operation]: OPERATION,
    [A.requestModel]: event.model,
    [A.requestStream]: event.stream,
    [A.requestId]: event.requestId,
    [A.keyId]: event.keyId,
    [A.account]: event.account,
    [A.dialect]: event.shape,
    [A.outcome]: event.outcome,
    [A.attempts]: event.attempts,
    [A.costMicroUsd]: event.costNano === undefined ? undefined : Number(event.costNano) / 1000,
    [A.usageEstimated]: event.usageEstimated || undefined,
    [A.steering]: event.steering === 'none' ? undefined : event.steering,
    [A.routeRole]: decision?.role,
    [A.routePool]: decision?.pool,
    [A.replayOf]: event.replayOf,
  };
}

function lostSpan(lost: LostTry, parentId: string, requestMs: number): SpanFacts {
  const startMs = requestMs + lost.startedMs;
  return {
    ...clientSpan(lost.upstreamModel, lost.spanId, parentId),
    startMs,
    endMs: startMs + lost.tookMs,
    attributes: {
      [A.operation]: OPERATION,
      [A.provider]: lost.provider,
      [A.requestModel]: lost.upstreamModel,
      [A.errorType]: lost.errorCode,
    },
    isError: true,
  };
}

function keptSpan(event: RequestFinished, { context, tryId }: RequestTrace, requestMs: number): SpanFacts {
  const { usage, tryStartedMs = 0, firstContentMs, upstreamModel = '', finishReason } = event;
  const input = usage && usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    ...clientSpan(upstreamModel, tryId, context.spanId),
    startMs: requestMs + tryStartedMs,
    endMs: event.at,
    attributes: {
      [A.operation]: OPERATION,
      [A.provider]: event.provider,
      [A.requestModel]: upstreamModel,
      [A.requestStream]: event.stream,
      [A.errorType]: event.errorCode,
      [A.finishReasons]: finishReason === undefined ? undefined : [finishReason],
      [A.timeToFirstChunk]: firstContentMs === undefined ? undefined : (firstContentMs - tryStartedMs) / 1000,
      [A.inputTokens]: input,
      [A.outputTokens]: usage?.outputTokens,
      [A.cacheReadTokens]: usage?.cacheReadTokens || undefined,
      [A.cacheWriteTokens]: usage?.cacheWriteTokens || undefined,
      [A.reasoningTokens]: usage?.reasoningTokens || undefined,
    },
    isError: isFailed(event),
  };
}

function clientSpan(model: string, spanId: string | undefined, parentId: string) {
  const id = spanId ?? randomBytes(8).toString('hex');
  return { name: cut(`${OPERATION} ${model}`), kind: KIND.client, spanId: id, parentId };
}
