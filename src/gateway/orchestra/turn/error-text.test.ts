import { expect, test } from 'bun:test';
import { beginsAsError } from './error-text.ts';

test('how failures of tools begin', () => {
  const failures = [
    'Error: no such file or directory',
    '<tool_use_error>String to replace not found',
    'TypeError: x is not a function',
    'Traceback (most recent call last):',
    'Exit code 1\nboom',
    'fatal: not a git repository',
    'Command failed with exit code 2',
    'npm ERR! code 1',
    '{"error":"not found"}',
    'Failed to open the page',
    'java.lang.NullPointerException: x'.slice(10),
    '  error[E0382]: borrow of moved value',
  ];
  expect(failures.filter((text) => !beginsAsError(text))).toEqual([]);
});

test('how other results begin', () => {
  const results = [
    '',
    'export class ErrorBoundary {}',
    '12 passed',
    'README.md\nerror.ts',
    'Errors are handled in relay.ts',
    'exit code 0',
    '{"error":null,"data":1}',
    'The error handling is in src',
  ];
  expect(results.filter((text) => beginsAsError(text))).toEqual([]);
});
