import { describe, expect, test } from 'bun:test';
import { NO_USAGE } from '../../protocol/usage.ts';
import type { RequestFinished, RequestTrace } from '../events.ts';
import { finished, lost, TRACE } from '../request-finished.fixture.ts';
import { spansOf } from './spans.ts';

interface Shown {
  readonly name: string;
  readonly kind: number;
  readonly parentSpanId?: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly traceState?: string;
  readonly status?: unknown;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

const spans = (changes: Partial<RequestFinished>, trace: RequestTrace = TRACE) =>
  spansOf(finished(changes), trace) as unknown as readonly Shown[];

const values = ({ attributes }: Shown) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

describe('spansOf', () => {
  test('a request has a span, and its try one below it', () => {
    const [request, answered, ...rest] = spans({}, { ...TRACE, tryId: '00f067aa0ba902b7' });
    expect(rest).toEqual([]);
    expect(request).toMatchObject({
      traceId: TRACE.context.traceId,
      spanId: TRACE.context.spanId,
      name: 'POST /v1/chat/completions',
      kind: 2,
      startTimeUnixNano: '1794999998500000000',
      endTimeUnixNano: '1795000000000000000',
    });
    expect(request).not.toHaveProperty('parentSpanId');
    expect(request).not.toHaveProperty('status');
    expect(answered).toMatchObject({
      traceId: TRACE.context.traceId,
      spanId: '00f067aa0ba902b7',
      parentSpanId: TRACE.context.spanId,
      name: 'chat private-m',
      kind: 3,
      startTimeUnixNano: '1794999998502000000',
      endTimeUnixNano: '1795000000000000000',
    });
  });

  test('bears what the conventions name, in the types of OTLP', () => {
    const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 20, cacheReadTokens: 5, reasoningTokens: 3 };
    const [request, answered] = spans({ usage, stream: true, firstContentMs: 502 }) as [Shown, Shown];
    expect(values(answered)).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'p',
      'gen_ai.request.model': 'private-m',
      'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': { values: [{ stringValue: 'stop' }] },
      'gen_ai.response.time_to_first_chunk': 0.5,
      'gen_ai.usage.input_tokens': '15',
      'gen_ai.usage.output_tokens': '20',
      'gen_ai.usage.cache_read.input_tokens': '5',
      'gen_ai.usage.reasoning.output_tokens': '3',
    });
    expect(values(request)).toMatchObject({
      'http.response.status_code': '200',
      'gen_ai.request.model': 'test/m',
      'tokenharbor.request.id': 'req_th_1',
      'tokenharbor.cost_microusd': 1214.4,
    });
    expect(request.attributes.find(({ key }) => key === 'http.response.status_code')?.value).toEqual({
      intValue: '200',
    });
  });

  test('each lost try has a span that says why, and a request that failed at them all no other', () => {
    const tries = [lost({ startedMs: 10, tookMs: 90 }), lost({ provider: 'q', spanId: 'aaaaaaaaaaaaaaaa' })];
    const failed = spans({ attempts: 2, lost: tries, provider: 'q', outcome: 'upstream_error', status: 502 });
    expect(failed.map(({ kind, status }) => [kind, status])).toEqual([
      [2, { code: 2 }],
      [3, { code: 2 }],
      [3, { code: 2 }],
    ]);
    expect(failed[1]).toMatchObject({
      startTimeUnixNano: '1794999998510000000',
      endTimeUnixNano: '1794999998600000000',
    });
    expect(values(failed[1] as Shown)).toMatchObject({ 'error.type': 'upstream_error', 'gen_ai.provider.name': 'p' });
    expect(failed[2]?.spanId).toBe('aaaaaaaaaaaaaaaa');
    const ids = failed.map(({ spanId }) => spanId);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("goes on where the client's trace stands, with its state", () => {
    const context = { ...TRACE.context, parentId: '1111111111111111', state: 'a=1' };
    expect(spans({}, { ...TRACE, context })[0]).toMatchObject({ parentSpanId: '1111111111111111', traceState: 'a=1' });
  });

  test('what a client may have written is cut, and is well-formed', () => {
    const [request] = spans({ model: `${'x'.repeat(199)}\ud83d\ude00${'y'.repeat(5000)}` }) as [Shown];
    const model = values(request)['gen_ai.request.model'] as string;
    expect(model).toBe(`${'x'.repeat(199)}\ufffd…`);
  });
});
