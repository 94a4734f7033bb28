import { randomBytes } from 'node:crypto';
import type { TraceContext } from '../events.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const ZEROS = /^0+$/;
const SAMPLED = 1;
const MAX_STATE = 512;

/**
 * A request's place in a trace: in the client's own, where its `traceparent` names one (W3C Trace Context), else in a
 * new one. `share`: of new ones, those that are sampled, from 0 to 1; `random`: from 0 to below 1.
 */
export function beginTrace(headers: Headers, share: number, random: () => number): TraceContext {
  const spanId = randomBytes(8).toString('hex');
  const [, traceId = '', parentId = '', flags = ''] = TRACEPARENT.exec(headers.get('traceparent') ?? '') ?? [];
  if (ZEROS.test(traceId) || ZEROS.test(parentId) || traceId === '') {
    const isSampled = random() < share;
    return { traceId: randomBytes(16).toString('hex'), spanId, parentId: undefined, isSampled, state: undefined };
  }
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED) !== 0;
  return { traceId, spanId, parentId, isSampled, state: readState(headers.get('tracestate')) };
}

function readState(state: string | null): string | undefined {
  return state !== null && state.length <= MAX_STATE && /^[\x20-\x7e]+$/.test(state) ? state : undefined;
}
