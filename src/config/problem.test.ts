import { describe, expect, test } from 'bun:test';
import { ProblemList, formatPath, formatProblem, nearestName } from './problem.ts';

const PROBLEM = {
  severity: 'error',
  source: 'a.yaml',
  line: 3,
  path: 'x',
  message: 'is wrong',
  fix: 'Mend it.',
} as const;

describe('a problem', () => {
  test('is one line of file, line, path, problem and fix', () => {
    expect(formatProblem(PROBLEM)).toBe('a.yaml:3: x: is wrong. Mend it.');
    expect(formatProblem({ ...PROBLEM, severity: 'warning' })).toBe('a.yaml:3: x: warning: is wrong. Mend it.');
  });

  test('stays one line when a part of it does not', () => {
    expect(formatProblem({ ...PROBLEM, message: 'is\n  wrong' })).toBe('a.yaml:3: x: is wrong. Mend it.');
  });

  test('that follows from an earlier one at the same place is left out', () => {
    const problems = new ProblemList();
    problems.add(PROBLEM);
    problems.add({ ...PROBLEM, message: 'is empty' });
    problems.add({ ...PROBLEM, line: 1, path: 'y' });
    expect(problems.list().map(formatProblem)).toEqual([
      'a.yaml:1: y: is wrong. Mend it.',
      'a.yaml:3: x: is wrong. Mend it.',
    ]);
  });

  test('that is only a warning does not count as an error', () => {
    const problems = new ProblemList();
    problems.add({ ...PROBLEM, severity: 'warning' });
    expect(problems.hasErrors).toBe(false);
    problems.add(PROBLEM);
    expect(problems.hasErrors).toBe(true);
    expect(problems.list()).toHaveLength(2);
  });
});

test('a path quotes the names that are not plain words', () => {
  expect(formatPath([])).toBe('(root)');
  expect(formatPath(['models', 'a/b', 'targets', 0, 'provider'])).toBe('models["a/b"].targets[0].provider');
  expect(formatPath(['providers', 'x-1'])).toBe('providers.x-1');
});

test('the nearest name is offered for a slip and not for another word', () => {
  const known = ['listen', 'providers', 'models', 'log'];
  expect(nearestName('lisen', known)).toBe('listen');
  expect(nearestName('Provider', known)).toBe('providers');
  expect(nearestName('modles', known)).toBe('models');
  expect(nearestName('timeout', known)).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});
