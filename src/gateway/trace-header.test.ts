import { expect, test } from 'bun:test';
import { TRACE } from '../telemetry/request-finished.fixture.ts';
import type { Target } from './routing/catalogue.ts';
import { tracedHeaders } from './trace-header.ts';
import { Tried } from './attempts/tried.ts';

const tried = (tellsTrace?: boolean) =>
  new Tried({ provider: { name: 'p', ...(tellsTrace === undefined ? {} : { tellsTrace }) } } as Target, 0, 0);

test('an upstream is told the trace only where its provider says so, and each try has a span of its own', () => {
  const { context } = TRACE;
  for (const provider of [undefined, false]) {
    expect(tracedHeaders({ a: 'b' }, context, tried(provider))).toEqual({ a: 'b' });
  }
  expect(tracedHeaders(undefined, undefined, tried(true))).toBeUndefined();
  const one = tried(true);
  const headers = tracedHeaders({ a: 'b' }, { ...context, isSampled: false, state: 'x=1' }, one);
  expect(one.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(one.spanId).not.toBe(context.spanId);
  expect(headers).toEqual({ a: 'b', traceparent: `00-${context.traceId}-${one.spanId}-00`, tracestate: 'x=1' });
});
