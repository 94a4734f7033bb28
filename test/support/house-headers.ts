import { expect } from 'bun:test';

interface HeaderSource {
  get(name: string): string | null;
}

/** The headers every response carries, errors included. Returns the request id. */
export function expectHouseHeaders(headers: HeaderSource, steering = 'none'): string {
  const id = headers.get('x-th-request-id');
  expect(id, 'X-TH-Request-Id').toMatch(/^req_th_[0-9A-Za-z-]{10,}$/);
  expect(headers.get('x-request-id'), 'x-request-id').toBe(id);
  expect(headers.get('request-id'), 'request-id').toBe(id);
  expect(headers.get('x-th-steering-applied'), 'X-TH-Steering-Applied').toBe(steering);
  return id ?? '';
}
