import { describe, expect, test } from 'bun:test';
import { setImmediate } from 'node:timers/promises';
import { ApiError } from '../../protocol/api-error.ts';
import { ClientGone } from '../attempts/attempt.ts';
import { readerOf } from '../byte-reader.ts';
import { answerJson, build, ManualAnswer } from './idempotency.fixture.ts';
import { entryName } from './key.ts';
import type { MemoryReplayStore } from './memory-store.ts';
import type { Claim, EntryName, ReplayStore } from './ports.ts';

const decoder = new TextDecoder();
const codeOf = (answer: Promise<Response>) =>
  answer.then(
    () => 'answered',
    (error: ApiError) => error.code,
  );

/** The store, but for what a test says of it. */
function over(store: MemoryReplayStore, changes: Partial<ReplayStore>): ReplayStore {
  return {
    claim: (name, print, holder) => store.claim(name, print, holder),
    keep: (name, holder, answer) => store.keep(name, holder, answer),
    release: (name, holder) => store.release(name, holder),
    ...changes,
  };
}

describe('Idempotency', () => {
  test('fault 63: the first one’s answer is everybody’s', async () => {
    const { ask, runs } = build();
    const first = ask();
    const texts = await Promise.all([first, ask(), ask()].map(async ({ response }) => (await response).text()));
    expect(new Set(texts).size).toBe(1);
    const kept = ask();
    expect(await (await kept.response).text()).toBe(texts[0]!);
    expect([runs(), kept.told, kept.exchange.replayOf]).toEqual([1, ['replayed'], first.exchange.requestId]);
    // The relay tells of the first one itself.
    expect(first.told).toEqual([]);
    expect(await codeOf(ask({ body: '{ }' }).response)).toBe('idempotency_mismatch');
  });

  test('O8: what is kept cannot be read in the store, nor under another name', async () => {
    const entries: { name: EntryName; answer: Uint8Array }[] = [];
    let stolen: Uint8Array | undefined;
    const { ask } = build((store) =>
      over(store, {
        keep: (name, holder, answer) => {
          entries.push({ name, answer });
          store.keep(name, holder, answer);
        },
        claim: (name, print, holder): Claim =>
          stolen === undefined
            ? store.claim(name, print, holder)
            : { state: 'kept', fingerprint: print, answer: stolen },
      }),
    );
    const first = ask({ key: 'my key' });
    await first.response;
    const [{ name, answer }] = entries as [(typeof entries)[0]];
    expect(JSON.stringify(name)).not.toContain('my key');
    expect(Buffer.from(answer).includes(first.exchange.requestId)).toBe(false);
    stolen = answer;
    expect(await (await ask({ key: 'my key' }).response).text()).toContain(first.exchange.requestId);
    for (const other of [{ key: 'my other key' }, { key: 'my key', owner: 'key_b' }]) {
      await expect(ask(other).response).rejects.toThrow('cannot be opened');
    }
  });

  test('a store that cannot tell: the request is not sent', async () => {
    const down = new ApiError('service_unavailable', 'down');
    const { ask, runs } = build((store) => over(store, { claim: () => Promise.reject(down) }));
    expect(await codeOf(ask().response)).toBe('service_unavailable');
    expect(runs()).toBe(0);
  });

  test('a store that cannot keep: the answer is given all the same, and the fault is told', async () => {
    for (const keep of [
      () => Promise.reject(new Error('full')),
      () => {
        throw new Error('full');
      },
    ]) {
      const { ask, faults } = build((store) => over(store, { keep }));
      expect((await ask().response).status).toBe(200);
      expect(faults).toEqual(['an answer could not be kept for its idempotency key: full']);
    }
  });

  test('a claim of another process is waited for by asking again', async () => {
    const { ask, memory, runs } = build();
    let print = '';
    const spying = build((store) =>
      over(store, {
        claim: (name, fingerprint, holder) => {
          print = fingerprint;
          return store.claim(name, fingerprint, holder);
        },
      }),
    );
    await spying.ask().response;
    memory.claim(entryName('key_a', 'k'), print, 'elsewhere');
    expect(await codeOf(ask().response)).toBe('idempotency_in_progress');
    expect(await codeOf(ask({ body: '[]' }).response)).toBe('idempotency_mismatch');
    expect(runs()).toBe(0);
  });

  test('with a store that takes its time: who comes while the answer is being kept gets it, and so does who comes after', async () => {
    const slow = Promise.withResolvers<void>();
    const { ask, runs } = build((store) =>
      over(store, {
        claim: async (name, print, holder) => store.claim(name, print, holder),
        keep: async (name, holder, answer) => {
          await slow.promise;
          store.keep(name, holder, answer);
        },
      }),
    );
    const answer = new ManualAnswer();
    const first = await ask({ run: answer.run }).response;
    const text = first.text();
    answer.write('all of it');
    answer.end();
    await Bun.sleep(5);
    const during = ask({ run: answerJson });
    const duringText = during.response.then((response) => response.text());
    await Bun.sleep(5);
    expect(await Promise.race([text, Bun.sleep(5).then(() => 'not ended')])).toBe('not ended');
    slow.resolve();
    expect([await text, await duringText]).toEqual(['all of it', 'all of it']);
    expect(await (await ask().response).text()).toBe('all of it');
    expect([runs(), during.told]).toEqual([1, ['replayed']]);
  });

  test('a client that leaves before the answer begins is told of as gone; the others get it', async () => {
    const { ask } = build();
    const gate = Promise.withResolvers<void>();
    const first = ask({
      run: async (exchange) => {
        await gate.promise;
        return answerJson(exchange);
      },
    });
    const [leaving, staying] = [ask(), ask()];
    leaving.client.abort();
    await expect(leaving.response).rejects.toBeInstanceOf(ClientGone);
    gate.resolve();
    expect((await staying.response).status).toBe(200);
    expect((await first.response).status).toBe(200);
    const gone = ask();
    gone.client.abort();
    expect((await gone.response).headers.get('idempotent-replayed')).toBe('true');
  });

  test('a stream: each gets it from its first byte, at its own pace; who leaves is told of', async () => {
    const { ask, memory } = build();
    const answer = new ManualAnswer();
    const first = readerOf((await ask({ run: answer.run }).response).body!);
    const [leaving, staying] = [ask(), ask()];
    const [left, stayed] = [await leaving.response, await staying.response].map(({ body }) => readerOf(body!));
    answer.write('one ');
    expect(decoder.decode((await first.read()).value)).toBe('one ');
    answer.write('two');
    expect(decoder.decode((await first.read()).value)).toBe('two');
    expect(decoder.decode((await left!.read()).value)).toStartWith('one ');
    await left!.cancel();
    expect(leaving.told).toEqual(['client_abort']);
    answer.end();
    let text = '';
    for (;;) {
      const { done, value } = await stayed!.read();
      if (done) break;
      text += decoder.decode(value);
    }
    expect(text).toBe('one two');
    expect([staying.told, staying.exchange.bytesOut, leaving.exchange.bytesOut]).toEqual([['replayed'], 7, 7]);
    expect((await first.read()).done).toBe(true);
    expect(memory.size).toBe(1);
  });

  test('a stream that breaks off is broken for everybody, and not kept', async () => {
    const { ask, memory, runs } = build();
    const answer = new ManualAnswer();
    const first = (await ask({ run: answer.run }).response).text();
    const attached = ask();
    const second = (await attached.response).text();
    for (const text of [first, second]) text.catch(() => undefined);
    answer.write('one');
    await Bun.sleep(1);
    answer.break();
    await expect(first).rejects.toThrow();
    await expect(second).rejects.toThrow();
    expect([attached.told, memory.size]).toEqual([['upstream_cut'], 0]);
    expect((await ask().response).headers.get('idempotent-replayed')).toBeNull();
    expect(runs()).toBe(2);
  });

  test('a stream that ends before its end is not kept', async () => {
    const { ask, memory } = build();
    const answer = new ManualAnswer();
    const first = ask({ run: answer.run });
    const text = (await first.response).text();
    answer.write('one');
    await Bun.sleep(1);
    answer.end();
    first.exchange.isWhole = false;
    expect(await text).toBe('one');
    expect(memory.size).toBe(0);
  });

  test('nobody left: after three seconds the answer is given up, its upstream told, its key free', async () => {
    const { ask, clock, memory, runs } = build();
    const answer = new ManualAnswer();
    const first = ask({ run: answer.run });
    const reader = readerOf((await first.response).body!);
    answer.write('one');
    await reader.read();
    first.client.abort();
    clock.advance(2900);
    expect(answer.cancelled).toBe(false);
    clock.advance(100);
    expect([answer.cancelled, answer.signal?.aborted]).toEqual([true, true]);
    expect((await ask().response).headers.get('idempotent-replayed')).toBeNull();
    expect([runs(), memory.size]).toEqual([2, 1]);
  });

  test('nobody left before the answer has begun: its signal aborts, and a stream that begins all the same is cancelled', async () => {
    const { ask, clock, idempotency } = build();
    const answer = new ManualAnswer();
    const gate = Promise.withResolvers<void>();
    const first = ask({
      run: async (exchange, signal) => {
        await gate.promise;
        return answer.run(exchange, signal);
      },
    });
    first.client.abort();
    clock.advance(3000);
    expect(await codeOf(ask().response)).toBe('idempotency_in_progress');
    gate.resolve();
    expect((await first.response).status).toBe(499);
    expect([answer.cancelled, answer.signal?.aborted]).toEqual([true, true]);
    await idempotency.abandon();
    expect((await ask().response).status).toBe(200);
  });

  test('one that takes nothing for two minutes is given up; the others are not', async () => {
    const { ask, clock } = build();
    const answer = new ManualAnswer();
    const reader = readerOf((await ask({ run: answer.run }).response).body!);
    const stalled = ask();
    const stalledBody = (await stalled.response).body!;
    answer.write('one');
    await reader.read();
    // Its own first read, and what follows from it.
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    clock.advance(119_000);
    expect(stalled.told).toEqual([]);
    const next = reader.read();
    clock.advance(1000);
    expect(stalled.told).toEqual(['client_abort']);
    await expect(new Response(stalledBody).text()).rejects.toThrow();
    answer.write('two');
    expect(decoder.decode((await next).value)).toBe('two');
  });

  test('the end of the process: what nobody waits for ends at once', async () => {
    const { ask, idempotency, clock } = build();
    const answer = new ManualAnswer();
    const first = ask({ run: answer.run });
    await first.response;
    first.client.abort();
    await idempotency.abandon();
    expect(answer.cancelled).toBe(true);
    await idempotency.abandon();
    await (await first.response).body?.cancel().catch(() => undefined);
    expect(clock.watching).toBe(0);
  });
});
