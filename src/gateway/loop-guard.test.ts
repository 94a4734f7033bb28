import { expect, test } from 'bun:test';
import { ApiError } from '../protocol/api-error.ts';
import { checkLoop } from './loop-guard.ts';

const VIA = '1.1 tokenharbor-0123456789abcdef';

test('a request that this gateway has sent on is refused, whoever else signed it', () => {
  for (const via of [VIA, `1.1 cdn, ${VIA}`, `${VIA}, 1.1 proxy`]) {
    try {
      checkLoop(new Headers({ via }), VIA);
      throw new Error('let through');
    } catch (error) {
      expect((error as ApiError).code).toBe('loop_detected');
      expect((error as ApiError).retryable).toBe(false);
    }
  }
});

test('a request of another gateway passes, and one that nobody signed', () => {
  for (const headers of [
    new Headers(),
    new Headers({ via: '1.1 tokenharbor-ffff, 1.1 cdn' }),
    new Headers({ via: '' }),
  ]) {
    checkLoop(headers, VIA);
  }
});
