import { expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { ERROR_CODES, type ErrorCode } from '../../protocol/error-codes.ts';
import { Exchange } from '../exchange.ts';
import { isFinal } from './is-final.ts';

function exchange(changes: Partial<Pick<Exchange, 'isWhole' | 'attempts' | 'error'>>): Exchange {
  return Object.assign(new Exchange('POST', '/v1/x', 'openai'), changes);
}

test('fault 63: an answer stands for its request where it is whole', () => {
  expect(isFinal(exchange({ attempts: 1, isWhole: true }), 200)).toBe(true);
  expect(isFinal(exchange({ attempts: 1, isWhole: false }), 200)).toBe(false);
  expect(isFinal(exchange({ attempts: 1, error: new ApiError('upstream_eof', 'cut') }), 200)).toBe(false);
  expect(isFinal(exchange({ attempts: 1, isWhole: true, error: new ApiError('upstream_eof', 'cut') }), 200)).toBe(
    false,
  );
});

test('fault 63: an error does where a provider gave it for good; nobody leaving, failing or being busy is for good', () => {
  const kept: string[] = [];
  for (const [code, { status, retry }] of Object.entries(ERROR_CODES) as [
    ErrorCode,
    { status: number; retry: boolean },
  ][]) {
    const error = new ApiError(code, 'no');
    expect([code, isFinal(exchange({ error }), status)]).toEqual([code, false]);
    const isKept = isFinal(exchange({ attempts: 1, error }), status);
    expect([code, isKept]).toEqual([code, status < 500 && !retry]);
    if (isKept) kept.push(code);
  }
  expect(kept).toEqual(
    expect.arrayContaining(['invalid_value', 'context_length_exceeded', 'content_filter', 'unprocessable']),
  );
  expect(isFinal(exchange({ attempts: 1 }), 499)).toBe(false);
});
