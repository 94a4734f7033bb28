import { randomBytes } from 'node:crypto';
import type { TraceContext } from '../telemetry/events.ts';
import type { Tried } from './attempts/tried.ts';

/** The headers of one try, with its place in the trace where the provider is told it (W3C Trace Context). */
export function tracedHeaders(
  headers: Record<string, string> | undefined,
  trace: TraceContext | undefined,
  tried: Tried,
): Record<string, string> | undefined {
  if (trace === undefined || tried.target.provider.tellsTrace !== true) return headers;
  tried.spanId = randomBytes(8).toString('hex');
  const { traceId, isSampled, state } = trace;
  const traceparent = `00-${traceId}-${tried.spanId}-${isSampled ? '01' : '00'}`;
  return { ...headers, traceparent, ...(state === undefined ? {} : { tracestate: state }) };
}
