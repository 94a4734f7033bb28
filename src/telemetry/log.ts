import pino, { type DestinationStream, type Logger } from 'pino';
import { costNano, formatUsd } from '../accounts/pricing.ts';
import type { Events, LostTry, RequestFinished } from './events.ts';

/** A string a client chose is cut here: a log line is a line, not a place to store things. */
const MAX_TEXT = 200;

/** A request with a hundred unknown members is told by its first. */
const MAX_WARNINGS = 20;

/** A request's line bears the time the request ended, not the time the line is written. */
let lineTime: number | undefined;

/** One line a request, from the fields of the event and no others. */
export function logEvents(logger: Logger): Events {
  return {
    requestFinished: (event) => {
      const level = levelOf(event);
      if (!logger.isLevelEnabled(level)) return;
      lineTime = event.at;
      logger[level](lineOf(event), 'request');
      lineTime = undefined;
    },
    fault: (what, cause, requestId) => logger.error({ request_id: requestId, cause: describe(cause) }, what),
    notice: (what) => logger.info(what),
  };
}

function levelOf(event: RequestFinished): 'debug' | 'info' | 'warn' | 'error' {
  if (event.outcome === 'failed') return 'error';
  if (event.status >= 500) return 'warn';
  // Health probes come every few seconds and say nothing while all is well.
  return event.keyId === undefined && event.status < 400 ? 'debug' : 'info';
}

function lineOf(event: RequestFinished): Record<string, unknown> {
  const { usage } = event;
  return {
    request_id: event.requestId,
    method: event.method,
    route: event.route,
    status: event.status,
    outcome: event.outcome,
    key: event.keyId,
    model: cut(event.model),
    pool: event.decision?.pool,
    role: event.decision?.role,
    route_reason: event.decision?.reason,
    steering: event.steering === 'none' ? undefined : event.steering,
    provider: event.provider,
    upstream_model: cut(event.upstreamModel),
    stream: event.stream,
    attempts: event.attempts,
    lost: event.lost.length === 0 ? undefined : event.lost.map(lostOf),
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    cache_read_tokens: usage?.cacheReadTokens,
    cache_write_tokens: usage?.cacheWriteTokens,
    steering_tokens: event.steeringTokens || undefined,
    usage_estimated: event.usageEstimated || undefined,
    cost_usd: event.price === undefined || event.costNano === undefined ? undefined : formatUsd(event.costNano),
    bytes_in: event.bytesIn,
    bytes_out: event.bytesOut,
    duration_ms: round(event.durationMs),
    first_byte_ms: event.firstByteMs === undefined ? undefined : round(event.firstByteMs),
    warnings: event.warnings.length === 0 ? undefined : event.warnings.slice(0, MAX_WARNINGS).map(cut),
    oddities: event.oddities,
    error: event.errorCode,
    key_fault: event.keyFault,
    replay_of: event.replayOf,
  };
}

/** A try that came to nothing; its cost is the operator's. */
function lostOf({ usage, price, ...lost }: LostTry): Record<string, unknown> {
  return {
    provider: lost.provider,
    upstream_model: cut(lost.upstreamModel),
    error: lost.errorCode,
    ms: round(lost.tookMs),
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    own_cost_usd: price === undefined || usage === undefined ? undefined : formatUsd(costNano(usage, price)),
    may_cost: lost.mayCost || undefined,
  };
}

/** What would move a terminal's cursor, colour it or break the line: a client's text is shown on the operator's. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

function cut(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const shown = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
  return shown.replace(CONTROL, '\ufffd');
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** Class, code and stack: messages of foreign errors may quote what they choked on. */
function describe(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return { type: typeof cause };
  const frames = cause.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')) ?? [];
  return { type: cause.name, code: (cause as { code?: unknown }).code, stack: frames.slice(0, 8).join('\n') };
}

/** `base`: members that every line has. */
export function createLogger(
  level: string,
  destination: DestinationStream,
  base: Readonly<Record<string, unknown>> | null = null,
): Logger {
  const timestamp = () => `,"time":"${new Date(lineTime ?? Date.now()).toISOString()}"`;
  return pino({ level, base, timestamp }, destination);
}
