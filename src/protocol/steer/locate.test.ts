import { describe, expect, test } from 'bun:test';
import { locateAround, locatePart, locateWhole } from './locate.ts';

test('a message of ours in the list: behind it the client’s have moved up by one', () => {
  const locate = locateAround('messages', 2);
  expect(locate('messages[1].content[0].text')).toBe('messages[1].content[0].text');
  expect(locate('messages[2].content')).toBe('messages');
  expect(locate('messages[2]')).toBe('messages');
  expect(locate('messages[3].content[0].type')).toBe('messages[2].content[0].type');
  expect(locate('messages.12.content.0')).toBe('messages[11].content.0');
  expect(locate('messages.[3].role')).toBe('messages[2].role');
  expect(locate('body.messages.3')).toBe('messages[2]');
});

test('what leads into something else stays', () => {
  const locate = locateAround('messages', 0);
  for (const path of ['messages', 'model', 'tools[3].name', 'system[4]', 'messages.length', 'my.messages[2]', '']) {
    expect(locate(path)).toBe(path);
  }
});

test('a block of ours in a list of system blocks', () => {
  const locate = locateAround('system', 1);
  expect(locate('system[0].cache_control')).toBe('system[0].cache_control');
  expect(locate('system.1.text')).toBe('system');
  expect(locate('messages[1]')).toBe('messages[1]');
});

test('a system prompt that was no list', () => {
  expect(locateWhole('system[0].text')).toBe('system');
  expect(locateWhole('system.1')).toBe('system');
  expect(locateWhole('system')).toBe('system');
  expect(locateWhole('messages[0].content')).toBe('messages[0].content');
});

describe('a part of ours in one message', () => {
  const locate = locatePart(1, 2);
  test.each([
    ['messages[1].content[2].text', 'messages'],
    ['messages.1.content.2', 'messages'],
    ['messages[1].content[1].text', 'messages[1].content[1].text'],
    ['messages[1].content[20]', 'messages[1].content[20]'],
    ['messages[1].content', 'messages[1].content'],
    ['messages[0].content[2]', 'messages[0].content[2]'],
    ['messages[10].content[2]', 'messages[10].content[2]'],
  ])('%s is %s', (path, found) => {
    expect(locate(path)).toBe(found);
  });
});
