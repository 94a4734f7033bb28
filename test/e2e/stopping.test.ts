/** A stop: who may finish, who is told, and what is counted. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { post, requestBody, type ClientShape } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { startProgram } from '../support/program.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { readStream } from '../support/sse-events.ts';
import { useServedFile } from '../support/served-file.ts';

setDefaultTimeout(60_000);

const SHAPES: readonly ClientShape[] = ['openai', 'anthropic'];

const STREAMS = { openai: openaiStream, anthropic: anthropicStream } as const;

const { configFile, running, scratch, serve, upstream } = useServedFile();

function refused(port: number): Promise<boolean> {
  return RawClient.connect(port).then(
    (client) => {
      client.close();
      return false;
    },
    (error: { code?: string }) => error.code === 'ECONNREFUSED',
  );
}

describe('stopping', () => {
  test('fault 64: a stop refuses newcomers, lets finishers finish, ends the rest in their shape, and loses no count', async () => {
    const PER_KIND = 25;
    const dataDir = scratch.file('drain');
    const { program, url, key, port } = await serve(dataDir, '--drain-timeout', '2s');
    const release = Promise.withResolvers<void>();
    for (const shape of SHAPES) {
      const events = STREAMS[shape]();
      upstream().on(`${shape}-finishes`, async (exchange) => {
        await exchange.stream(events.slice(0, 2), { ending: 'keep-open' });
        await release.promise;
        for (const event of events.slice(2)) await exchange.write(event);
        await exchange.end();
      });
      upstream().on(`${shape}-hangs`, (exchange) => exchange.stream(events.slice(0, 3), { ending: 'stall' }));
    }
    upstream().on('openai-cut', async (exchange) => {
      await release.promise;
      await exchange.json(200, openaiCompletion());
    });
    const open = (shape: ClientShape, name: string) =>
      post({ url, key }, shape, requestBody(shape, `${shape}-${name}`, { stream: true }));
    const calls = SHAPES.flatMap((shape) =>
      ['finishes', 'hangs'].flatMap((name) =>
        Array.from({ length: PER_KIND }, async () => ({ shape, name, response: await open(shape, name) })),
      ),
    );
    const whole = post({ url, key }, 'openai', requestBody('openai', 'openai-cut'));
    const streams = await Promise.all(calls);
    await upstream().received(1, 'openai-cut');
    const answers = streams.map(async (stream) => ({ ...stream, answer: await readStream(stream.response) }));

    const stoppedMs = performance.now();
    program.signal('SIGTERM');
    await program.said(/stopping/);
    expect(await refused(port)).toBe(true);
    release.resolve();
    expect(((await (await whole).json()) as { object: string }).object).toBe('chat.completion');
    for (const { shape, name, answer } of await Promise.all(answers)) {
      if (name === 'finishes') {
        expect(answer.broken).toBeUndefined();
        expect(answer.text).toContain(shape === 'openai' ? '[DONE]' : '"message_stop"');
      } else {
        expect(expectFailedStream(shape, answer).message).toContain('shutting down');
        expect(answer.broken).toBeUndefined();
      }
    }
    expect(await program.exited).toBe(0);
    const tookMs = performance.now() - stoppedMs;
    expect(tookMs).toBeGreaterThan(1_900);
    expect(tookMs).toBeLessThan(15_000);

    const lines = program.logLines().filter(({ msg }) => msg === 'request');
    const outcomes = lines.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(2 * PER_KIND + 1);
    expect(outcomes.filter((outcome) => outcome === 'interrupted')).toHaveLength(2 * PER_KIND);
    expect(program.logLines().at(-1)).toMatchObject({ msg: 'stopped' });

    const again = startProgram(
      ['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--quiet'],
      { cwd: scratch.path },
    );
    running.push(again);
    const usage = await fetch(`${await again.listening()}/v1/usage`, { headers: { authorization: `Bearer ${key}` } });
    const { total } = (await usage.json()) as { total: { requests: number; output_tokens: number } };
    expect(total.requests).toBe(4 * PER_KIND + 1);
    expect(total.output_tokens).toBeGreaterThanOrEqual(3 * (2 * PER_KIND + 1));
    await again.close();
  });

  test('fault 64: a request that waits for a whole answer is told, and counted, when the drain is over', async () => {
    const dataDir = scratch.file('whole');
    const { program, url, key } = await serve(dataDir, '--drain-timeout', '300ms');
    for (const shape of SHAPES) upstream().on(`${shape}-cut`, (exchange) => exchange.stall());
    const calls = SHAPES.map(async (shape) => ({
      shape,
      response: await post({ url, key }, shape, requestBody(shape, `${shape}-cut`)),
    }));
    for (const shape of SHAPES) await upstream().received(1, `${shape}-cut`);
    await Bun.sleep(100);
    program.signal('SIGTERM');
    for (const { shape, response } of await Promise.all(calls)) {
      expect(response.status).toBe(503);
      const { error } = (await response.json()) as { error: { message: string; type: string } };
      expect(error.message, shape).toContain('shutting down');
    }
    expect(await program.exited).toBe(0);
    expect(program.logLines().filter(({ msg, status }) => msg === 'request' && status === 503)).toHaveLength(2);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'fault 65: a second %s ends at once what the first one waits for',
    async (signal) => {
      const { program, url, key } = await serve(scratch.file(`twice-${signal}`), '--drain-timeout', '30s');
      upstream().on('openai-hangs', (exchange) => exchange.stream(openaiStream().slice(0, 2), { ending: 'stall' }));
      upstream().on('anthropic-hangs', (exchange) => exchange.stall());
      const response = await post({ url, key }, 'openai', requestBody('openai', 'openai-hangs', { stream: true }));
      const answer = readStream(response);
      const before = upstream().requestsFor('anthropic-hangs').length;
      const whole = post({ url, key }, 'anthropic', requestBody('anthropic', 'anthropic-hangs'));
      whole.catch(() => undefined);
      await upstream().received(before + 1, 'anthropic-hangs');
      // Takes its request and never reads a byte of the answer.
      program.signal(signal);
      await program.said(/stopping/);
      await Bun.sleep(200);
      const secondMs = performance.now();
      program.signal(signal);
      expectFailedStream('openai', await answer);
      expect(await program.exited).toBe(0);
      expect(performance.now() - secondMs).toBeLessThan(10_000);
      expect(program.logLines().filter(({ msg }) => msg === 'request')).toHaveLength(2);
    },
  );

  test('an idle connection kept alive does not hold up a stop', async () => {
    const { program, port } = await serve(scratch.file('idle'));
    const client = await RawClient.connect(port);
    await client.send(rawRequest('/livez'));
    expect((await client.response())?.status).toBe(200);
    const fresh = await RawClient.connect(port);
    const startMs = performance.now();
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    client.close();
    fresh.close();
  });

  test('readyz says so while it drains, on a connection that is still open', async () => {
    const { program, url, key, port } = await serve(scratch.file('ready'), '--drain-timeout', '1s');
    upstream().on('openai-hangs', (exchange) => exchange.stream(openaiStream().slice(0, 2), { ending: 'stall' }));
    const client = await RawClient.connect(port);
    const response = await post({ url, key }, 'openai', requestBody('openai', 'openai-hangs', { stream: true }));
    const answer = readStream(response);
    await client.send(rawRequest('/readyz'));
    expect((await client.response())?.status).toBe(200);
    program.signal('SIGTERM');
    await program.said(/stopping/);
    await client.send(rawRequest('/readyz'));
    // Either is a "no" to whoever asks: an answer that says so, or a connection that is closed.
    expect([503, undefined]).toContain((await client.response())?.status);
    await answer;
    expect(await program.exited).toBe(0);
    client.close();
  });
});
