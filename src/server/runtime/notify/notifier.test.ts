import { expect, test } from 'bun:test';
import { Notifier } from './notifier.ts';

/** A socket that takes `room` messages, then none until there is more room. */
function socket(room = Number.POSITIVE_INFINITY) {
  const taken: string[] = [];
  let lost = 0;
  const state = { room };
  const notifier = new Notifier(
    (bytes) => {
      if (taken.length >= state.room) return false;
      taken.push(new TextDecoder().decode(bytes));
      return true;
    },
    () => lost++,
    5,
  );
  return { taken, state, notifier, lost: () => lost };
}

test('fields are lines, and a value is one line whatever is in it', () => {
  const { taken, notifier } = socket();
  notifier.say({ READY: 1, STATUS: 'a\nSTOPPING=1\r\0b' });
  expect(taken).toEqual(['READY=1\nSTATUS=a STOPPING=1 b\n']);
});

test('what is not taken is sent again, in its order; a hint is not waited for', async () => {
  const { taken, state, notifier, lost } = socket(0);
  notifier.say({ READY: 1 });
  notifier.hint({ WATCHDOG: 1 });
  notifier.say({ STOPPING: 1 });
  expect(taken).toEqual([]);
  state.room = 10;
  while (taken.length < 2) await Bun.sleep(5);
  expect(taken).toEqual(['READY=1\n', 'STOPPING=1\n']);
  notifier.hint({ WATCHDOG: 1 });
  expect(taken).toHaveLength(3);
  expect(lost()).toBe(0);
});

test('a socket that never takes anything is told of, once for each message', async () => {
  const { notifier, lost } = socket(0);
  notifier.say({ READY: 1 });
  while (lost() === 0) await Bun.sleep(5);
  expect(lost()).toBe(1);
});
