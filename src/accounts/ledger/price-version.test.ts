import { expect, test } from 'bun:test';
import { priceDigest, readPrice, writePrice } from './price-version.ts';

const price = { input: 1n, output: 2n ** 70n, cacheRead: 0n, cacheWrite: 4n };

test('a price survives being written, beyond what a float holds', () => {
  expect(readPrice(writePrice(price))).toEqual(price);
  const whole = { ...price, cacheWrite1h: 5n, reasoning: 6n, inputAudio: 7n, serverToolUse: 8n, request: 9n };
  expect(readPrice(writePrice(whole))).toEqual(whole);
});

test('the same price has the same digest whatever order it was written in, another one has another', () => {
  const { input, ...rest } = { ...price, request: 1n };
  expect(priceDigest(writePrice({ ...rest, input }))).toBe(priceDigest(writePrice({ ...price, request: 1n })));
  expect(priceDigest(writePrice(price))).not.toBe(priceDigest(writePrice({ ...price, request: 0n })));
});
