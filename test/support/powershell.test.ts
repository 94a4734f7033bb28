import { expect, test } from 'bun:test';
import { powershellFaults } from './powershell.ts';

test.each([
  ['$body = @{ a = "b" } | ConvertTo-Json', 0],
  ['curl.exe -N "http://x" `\n  -H "a: $env:B"', 0],
  ['$body = @{ a = "b }', 1],
  ['$a = @(1, 2', 1],
  ['$a = 1\n$b = @{ x = }', 1],
])('%j has as many faults: %d', async (script, faults) => {
  expect((await powershellFaults(script)).length > 0).toBe(faults > 0);
});
