import { describe, expect, test } from 'bun:test';
import { beginTrace } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const begin = (headers: Record<string, string>, share = 0, random = 0.5) =>
  beginTrace(new Headers(headers), share, () => random);

describe('beginTrace', () => {
  test("goes on in the client's trace, sampled as it says", () => {
    for (const [flags, isSampled] of [
      ['01', true],
      ['00', false],
      ['ff', true],
      ['02', false],
    ] as const) {
      const context = begin({ traceparent: `00-${TRACE}-${PARENT}-${flags}`, tracestate: 'a=1' }, 1);
      expect(context).toMatchObject({ traceId: TRACE, parentId: PARENT, isSampled, state: 'a=1' });
      expect(context.spanId).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  test('begins a new one where that is none', () => {
    const bad = [
      undefined,
      '',
      `00-${TRACE}-${PARENT}`,
      `01-${TRACE}-${PARENT}-01`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE}-${PARENT}-01-x`,
      `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
    ];
    for (const traceparent of bad) {
      const context = begin({ tracestate: 'a=1', ...(traceparent === undefined ? {} : { traceparent }) });
      expect(context).toMatchObject({ parentId: undefined, isSampled: false, state: undefined });
      expect(context.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
      expect(context.traceId).not.toBe(TRACE);
    }
  });

  test('samples the share it is told of new ones', () => {
    expect([begin({}, 0.5, 0.49).isSampled, begin({}, 0.5, 0.5).isSampled, begin({}, 1, 0.999).isSampled]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('takes no tracestate that is too long to be one', () => {
    const traceparent = `00-${TRACE}-${PARENT}-01`;
    expect(begin({ traceparent, tracestate: 'x'.repeat(513) }).state).toBeUndefined();
    expect(begin({ traceparent, tracestate: 'x'.repeat(512) }).state).toHaveLength(512);
  });
});
