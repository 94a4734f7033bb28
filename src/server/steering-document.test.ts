import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { DIRECTIVES } from '../gateway/orchestra/directives/directives.ts';
import { ApiError } from '../protocol/api-error.ts';
import { findDirective, steeringDocument, steeringPage } from './steering-document.ts';

test('the list has every directive, each as it is had alone', () => {
  const data = [...DIRECTIVES.values()].map(steeringDocument);
  expect(steeringPage()).toEqual({ object: 'list', data });
  for (const document of data) {
    expect(Object.keys(document)).toEqual(['name', 'version', 'text', 'digest', 'tokens']);
    const { digest, text } = document as Record<string, string>;
    expect(digest).toBe(
      `sha256:${createHash('sha256')
        .update(text as string)
        .digest('hex')}`,
    );
  }
});

test('a name is found whole and without its prefix', () => {
  for (const directive of DIRECTIVES.values()) {
    expect(findDirective(directive.name)).toBe(directive);
    expect(findDirective(directive.name.split(':')[1] as string)).toBe(directive);
  }
});

test.each([
  'chat',
  'role:chat',
  'none',
  '',
  'role:',
  ':planner',
  'workflow:planner',
  'role:plan-todo-execute',
  'Planner',
  'x'.repeat(5000),
])('another name is told which there are: %.20s', (name) => {
  const find = () => findDirective(name);
  expect(find).toThrow(ApiError);
  try {
    find();
  } catch (error) {
    const { code, message } = error as ApiError;
    expect(code).toBe('not_found');
    for (const known of DIRECTIVES.keys()) expect(message).toContain(known);
    expect(message.length).toBeLessThan(500);
  }
});
