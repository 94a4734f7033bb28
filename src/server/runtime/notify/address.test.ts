import { expect, test } from 'bun:test';
import { socketAddress } from './address.ts';

const bytes = (name: string) => [...(socketAddress(name) ?? [])].slice(2);

test('a path ends with a NUL, an abstract name begins with one', () => {
  expect(bytes('/run/n')).toEqual([...Buffer.from('/run/n\0')]);
  expect(bytes('@n/1')).toEqual([...Buffer.from('\0n/1')]);
  expect(new Uint16Array(socketAddress('/run/n')?.slice(0, 2).buffer ?? new ArrayBuffer(0))).toEqual(Uint16Array.of(1));
});

test('a name may fill the address, and no more', () => {
  expect(bytes(`/${'x'.repeat(106)}`)).toHaveLength(108);
  expect(socketAddress(`/${'x'.repeat(107)}`)).toBeUndefined();
  expect(bytes(`@${'x'.repeat(107)}`)).toHaveLength(108);
  expect(socketAddress(`@${'x'.repeat(108)}`)).toBeUndefined();
});

test('what is no Unix socket has no address', () => {
  for (const name of ['vsock:2:1234', 'run/n', '', '@', '/', '/run/\0n']) expect(socketAddress(name)).toBeUndefined();
});
