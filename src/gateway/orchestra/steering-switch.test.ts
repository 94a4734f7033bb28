import { expect, test } from 'bun:test';
import { ApiError } from '../../protocol/api-error.ts';
import { readRequest } from '../../protocol/request.ts';
import { readSteeringSwitch } from './steering-switch.ts';

function read(header: string | undefined, member: string | undefined): 'on' | 'off' | ApiError {
  const headers = new Headers(header === undefined ? {} : { 'x-th-steering': header });
  const body = `{"model":"m",${member === undefined ? '' : `"th_steering": ${member},`}"messages":[]}`;
  try {
    return readSteeringSwitch(headers, readRequest(new TextEncoder().encode(body)));
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

test.each([
  [undefined, undefined, 'on'],
  [undefined, 'null', 'on'],
  ['off', undefined, 'off'],
  ['off', 'null', 'off'],
  [undefined, '"off"', 'off'],
  [undefined, '"\\u006f\\u0066\\u0066"', 'off'],
  ['off', '"off"', 'off'],
])('header %j, member %s: %s', (header, member, expected) => {
  expect(read(header, member)).toBe(expected as 'on' | 'off');
});

test.each(['on', 'OFF', 'false', '0', '', 'off, off', 'none'])('header %j is refused', (header) => {
  for (const member of [undefined, '"off"']) {
    const error = read(header, member);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'invalid_value', details: { param: 'X-TH-Steering' } });
    expect((error as ApiError).message).toContain('"off"');
  }
});

test.each([
  '"on"',
  '"OFF"',
  '""',
  '" off"',
  '"offf"',
  'false',
  'true',
  '0',
  '{}',
  '[]',
  '["off"]',
  '{"steering":"off"}',
  `"${'x'.repeat(100_000)}"`,
])('member %.30s is refused', (member) => {
  for (const header of [undefined, 'off']) {
    const error = read(header, member);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'invalid_value', details: { param: 'th_steering' } });
    expect((error as ApiError).message).toContain('"off"');
    expect((error as ApiError).message.length).toBeLessThan(200);
  }
});
