import { describe, expect, test } from 'bun:test';
import { withoutClientBlocks } from './client-blocks.ts';

const words = (text: string) => withoutClientBlocks(text).trim();

describe('withoutClientBlocks', () => {
  test('what clients add goes, wherever it stands', () => {
    expect(words('<system-reminder>\nreview <b>all</b>\n</system-reminder>\nfix it')).toBe('fix it');
    expect(words('fix it<system-reminder>a</system-reminder> now <system-reminder>b</system-reminder>')).toBe(
      'fix it\n now',
    );
    expect(words('<bash-stdout>TypeError</bash-stdout><bash-stderr></bash-stderr>')).toBe('');
    expect(words('<environment_details># Files\na.ts</environment_details>go on')).toBe('go on');
  });

  test('the user’s words within what a client wraps them in', () => {
    expect(words('<task>add a test</task><environment_details>x</environment_details>')).toBe('add a test');
    expect(words('<context>files</context>\n<userRequest>fix it</userRequest>')).toBe('fix it');
    expect(words('[Request interrupted by user]\ntry another way')).toBe('try another way');
  });

  test('a block that lost its end or its start with the middle of the text', () => {
    expect(words('hello\n<system-reminder>and so on')).toBe('hello');
    expect(words('and so on</system-reminder>\nhello')).toBe('hello');
  });

  test('other tags stay', () => {
    for (const text of ['<div>a</div>', 'a < b', '<system-reminders>a', 'List<task>']) expect(words(text)).toBe(text);
  });
});
