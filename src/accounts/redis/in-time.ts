import { clearTimeout, setTimeout } from 'node:timers';

/** An answer that did not come in time. */
export class LateAnswer extends Error {
  override readonly name = 'LateAnswer';
}

/** A timer that is late itself runs before what has arrived meanwhile is read: on Deno, though not on Bun. */
const READ_MS = 1;

/**
 * What `answer` resolves to, or a `LateAnswer` once `ms` have passed. An answer that has arrived by then counts, though
 * this process was too busy to look. `onLate` is given what comes after that.
 */
export function inTime<T>(answer: Promise<T>, ms: number, onLate?: (answer: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let timer = setTimeout(() => {
      timer = setTimeout(() => {
        isOver = true;
        reject(new LateAnswer(`no answer within ${ms} ms`));
      }, READ_MS);
    }, ms);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      settle();
    };
    answer.then(
      (value) => {
        if (isOver) onLate?.(value);
        finish(() => resolve(value));
      },
      (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
