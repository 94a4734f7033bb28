import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { decodeKeptAnswer, encodeKeptAnswer } from './kept-answer.ts';

test('what is kept comes back as it was, wherever its bytes lie', () => {
  fc.assert(
    fc.property(
      fc.record({
        requestId: fc.string(),
        status: fc.integer({ min: 200, max: 599 }),
        headers: fc.array(fc.tuple(fc.string(), fc.string({ unit: 'binary' }))),
        body: fc.uint8Array({ maxLength: 2000 }).map((bytes) => new Uint8Array(bytes)),
      }),
      fc.nat(9),
      (answer, offset) => {
        const bytes = encodeKeptAnswer(answer);
        const within = new Uint8Array(bytes.length + offset);
        within.set(bytes, offset);
        const { body, ...head } = decodeKeptAnswer(within.subarray(offset));
        expect(head).toEqual({ requestId: answer.requestId, status: answer.status, headers: answer.headers });
        expect(Buffer.from(body).equals(answer.body)).toBe(true);
      },
    ),
  );
});
