import { describe, expect, test } from 'bun:test';
import type { ApiError } from '../protocol/api-error.ts';
import { readerOf } from './byte-reader.ts';
import { build, DONE, FINISH, PING, ROLE, TEXT } from './pump.fixture.ts';

const decoder = new TextDecoder();

/** The code of what it rejects with. */
function failureOf(promise: Promise<void>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (cause: ApiError) => cause.code,
  );
}

describe('Pump, before the stream is handed out', () => {
  test('C5: an error before the first byte is told to whoever can still set a status', async () => {
    const { upstream, pump, ends } = await build();
    const failed = failureOf(pump.begin());
    await upstream.write('data: {"error":{"message":"full","code":503}}\n\n');
    expect(await failed).toBe('upstream_overloaded');
    expect(upstream.aborted).toBe(true);
    // No stream was handed out, so its end is not told.
    expect(ends).toEqual([]);
  });

  test('a connection that breaks, and a silence, before the first byte are told likewise', async () => {
    const broken = await build();
    const failed = failureOf(broken.pump.begin());
    await broken.upstream.break(new TypeError('socket closed'));
    expect(await failed).toBe('upstream_eof');

    const silent = await build({ idleMs: 1000 });
    const timedOut = failureOf(silent.pump.begin());
    await Bun.sleep(1);
    silent.clock.advance(1300);
    expect(await timedOut).toBe('upstream_timeout');
    expect(silent.upstream.aborted).toBe(true);
    expect(silent.clock.watching).toBe(0);
  });

  test('C4: what comes before any content is held back, and an error behind it is told to whoever can set a status', async () => {
    const { upstream, pump, ends } = await build();
    const failed = failureOf(pump.begin());
    let isOver = false;
    void failed.then(() => (isOver = true));
    await upstream.write(`: comment\n\n${ROLE}`);
    await Bun.sleep(5);
    expect(isOver).toBe(false);
    await upstream.write('data: {"error":{"message":"full","code":503}}\n\n');
    expect(await failed).toBe('upstream_overloaded');
    expect([upstream.aborted, ends]).toEqual([true, []]);
  });

  test('an answer that nobody waits for any more ends like one that failed', async () => {
    const lost = new Error('another one was faster');
    const onReady = () => {
      throw lost;
    };
    const { upstream, pump, clock, ends } = await build({ onReady });
    const began = pump.begin().catch((cause: unknown) => cause);
    await upstream.write(TEXT);
    expect(await began).toBe(lost);
    expect([upstream.aborted, clock.watching, ends]).toEqual([true, 0, []]);
  });

  test('what was held back comes first, in one piece with the content', async () => {
    const { upstream, pump } = await build();
    const began = pump.begin();
    await upstream.write(ROLE);
    await upstream.write(TEXT);
    await began;
    const reader = readerOf(pump.open());
    expect(decoder.decode((await reader.read()).value)).toBe(ROLE + TEXT);
    expect(pump.bytesOut).toBe((ROLE + TEXT).length);
  });

  test('what was held back goes out when the status line does, and nothing of it twice', async () => {
    const { upstream, pump, clock } = await build();
    const began = pump.begin();
    await upstream.write(ROLE);
    clock.advance(1600);
    await began;
    const reader = readerOf(pump.open());
    expect(decoder.decode((await reader.read()).value)).toBe(ROLE);
    await upstream.write(TEXT);
    expect(decoder.decode((await reader.read()).value)).toBe(TEXT);
    await upstream.write('data: {"error":{"message":"full","code":503}}\n\n');
    expect(decoder.decode((await reader.read()).value)).toContain('"error"');
    expect((await reader.read()).done).toBe(true);
  });

  test('a flood of comments is not held back without end', async () => {
    const { upstream, pump } = await build();
    const began = pump.begin();
    for (let i = 0; i < 80; i++) await upstream.write(`: ${'x'.repeat(1000)}\n\n`);
    await began;
  });

  test('the first bytes are the first thing the client gets; nothing is read twice or lost', async () => {
    const { upstream, pump } = await build();
    const began = pump.begin();
    await upstream.write(TEXT);
    await began;
    const reader = readerOf(pump.open());
    expect(decoder.decode((await reader.read()).value)).toBe(TEXT);
    await upstream.write(FINISH + DONE);
    expect(decoder.decode((await reader.read()).value)).toBe(FINISH + DONE);
  });

  test('the status line does not wait for ever for the first bytes', async () => {
    const { upstream, pump, clock } = await build();
    const began = pump.begin();
    await Bun.sleep(1);
    clock.advance(1600);
    await began;
    const reader = readerOf(pump.open());
    const first = reader.read();
    clock.advance(1000);
    expect(decoder.decode((await first).value)).toBe(PING);
    await upstream.write(TEXT);
    expect(decoder.decode((await reader.read()).value)).toBe(TEXT);
  });
});
