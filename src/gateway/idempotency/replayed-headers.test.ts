import { expect, test } from 'bun:test';
import { lastingHeaders, replayedHeaders } from './replayed-headers.ts';

const FIRST = new Headers({
  'x-th-request-id': 'req_th_1',
  'x-request-id': 'req_th_1',
  'request-id': 'req_th_1',
  'x-th-steering-applied': 'role:coder',
  'openai-version': '2020-10-01',
  'openai-processing-ms': '812',
  'x-th-provider': 'p',
  'x-th-upstream-model': 'm',
  'x-th-attempts': '2',
  'x-th-transcode-warnings': 'dropped.seed',
  'x-th-route-decision': '{}',
  'x-th-usage': 'reported',
  'x-th-cost-usd': '0.003643200',
  'x-ratelimit-remaining-requests': '3',
  'anthropic-ratelimit-tokens-reset': '2026-01-01T00:00:00Z',
  'content-type': 'application/json; charset=utf-8',
});

test('an answer keeps what is part of it; ids, costs and limits are the asking request’s own', () => {
  const own = {
    'x-th-request-id': 'req_th_2',
    'x-request-id': 'req_th_2',
    'request-id': 'req_th_2',
    'x-th-steering-applied': 'none',
  };
  expect(replayedHeaders(own, lastingHeaders(FIRST), 'req_th_1')).toEqual({
    'x-th-request-id': 'req_th_2',
    'x-request-id': 'req_th_2',
    'request-id': 'req_th_2',
    'x-th-steering-applied': 'role:coder',
    'openai-version': '2020-10-01',
    'x-th-provider': 'p',
    'x-th-upstream-model': 'm',
    'x-th-attempts': '2',
    'x-th-transcode-warnings': 'dropped.seed',
    'x-th-route-decision': '{}',
    'x-th-usage': 'reported',
    'content-type': 'application/json; charset=utf-8',
    'idempotent-replayed': 'true',
    'x-th-original-request-id': 'req_th_1',
    'x-th-cost-usd': '0.000000000',
  });
});
