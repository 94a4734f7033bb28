import { expect, test } from 'bun:test';
import { linkTo, readPlace } from './place.ts';

test('a link leads to the place it was made of', () => {
  const link = linkTo(['requests', 'req/ä 1'], { model: 'a/b&c', state: undefined, key: '' });
  expect(link).toBe('#/requests/req%2F%C3%A4%201?model=a%2Fb%26c');
  const { path, query } = readPlace(link);
  expect(path).toEqual(['requests', 'req/ä 1']);
  expect(Object.fromEntries(query)).toEqual({ model: 'a/b&c' });
});

test('no place is an empty one', () => {
  for (const hash of ['', '#', '#/']) expect(readPlace(hash).path).toEqual([]);
  expect(readPlace('#/a%zz').path).toEqual(['a%zz']);
  expect(readPlace('#/login?token=tha_x').query.get('token')).toBe('tha_x');
});
