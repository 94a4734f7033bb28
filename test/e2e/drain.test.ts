/** A stop under 500 open streams: each ends in its own way, and each is in the books. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { anthropicStream, openaiStream } from '../support/answers.ts';
import { type ClientShape, requestBody, routeOf } from '../support/clients.ts';
import { expectFailedStream } from '../support/failed-stream.ts';
import { runProgram, type RunningProgram, scratchDirectory, startProgram } from '../support/program.ts';
import { RawClient, rawRequest } from '../support/raw.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { parseEvents } from '../support/sse-events.ts';

setDefaultTimeout(120_000);

const PER_KIND = 125;
const EVENTS: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
const KINDS = (['openai', 'anthropic'] as const).flatMap((shape) => [
  { shape, model: `${shape}-finishes`, finishes: true },
  { shape, model: `${shape}-hangs`, finishes: false },
]);

const scratch = scratchDirectory();
let upstream: ScriptedUpstream;
let program: RunningProgram | undefined;
beforeAll(async () => {
  upstream = await ScriptedUpstream.start();
});
afterAll(async () => {
  await program?.close();
  await upstream?.stop();
  scratch.remove();
});

test(`SIGTERM under ${4 * PER_KIND} open streams: those that can finish do, the rest end in their shape, all are settled`, async () => {
  const config = scratch.file('config.json');
  const dataDir = scratch.file('data');
  const models = KINDS.map(({ shape, model }) => [
    model,
    { targets: [{ provider: shape, model }], price: { input: 1, output: 2 } },
  ]);
  const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
  writeFileSync(config, JSON.stringify({ providers, models: Object.fromEntries(models) }), { mode: 0o600 });
  const release = Promise.withResolvers<void>();
  for (const { shape, model, finishes } of KINDS) {
    upstream.on(model, async (exchange) => {
      await exchange.stream(EVENTS[shape].slice(0, 3), { ending: finishes ? 'keep-open' : 'stall' });
      if (!finishes) return;
      await release.promise;
      for (const event of EVENTS[shape].slice(3)) await exchange.write(event);
      await exchange.end();
    });
  }
  const place = ['--config', config, '--data-dir', dataDir];
  program = startProgram(['serve', ...place, '--listen', '127.0.0.1:0', '--drain-timeout', '4s'], {
    cwd: scratch.path,
  });
  const port = Number(new URL(await program.listening()).port);
  const made = await runProgram(['keys', 'create', '--name', 't', '--budget', '100', '--json', ...place]);
  const { key } = JSON.parse(made.stdout) as { key: string };

  const streams = await Promise.all(
    KINDS.flatMap((kind) =>
      Array.from({ length: PER_KIND }, async () => {
        const client = await RawClient.connect(port);
        const body = JSON.stringify(requestBody(kind.shape, kind.model, { stream: true }));
        const headers = [
          ['content-type', 'application/json'],
          ['authorization', `Bearer ${key}`],
        ] as const;
        await client.send(rawRequest(routeOf(kind.shape), { method: 'POST', headers, body }));
        await client.until((text) => text.includes('data: '), 30_000);
        return { ...kind, client };
      }),
    ),
  );
  program.signal('SIGTERM');
  await program.said(/stopping/);
  release.resolve();
  for (const { shape, finishes, client } of streams) {
    const response = await client.response({ timeoutMs: 30_000 });
    const text = response?.text() ?? '';
    const answer = { ...parseEvents(text), text, broken: undefined };
    if (finishes) expect(text).toContain(shape === 'openai' ? 'data: [DONE]' : '"message_stop"');
    else expect(expectFailedStream(shape, answer)['message']).toContain('shutting down');
    client.close();
  }
  expect(await program.exited).toBe(0);

  const outcomes = program.logLines().flatMap(({ msg, outcome }) => (msg === 'request' ? [outcome] : []));
  const countOf = (what: string) => outcomes.filter((outcome) => outcome === what).length;
  expect([countOf('answered'), countOf('interrupted')]).toEqual([2 * PER_KIND, 2 * PER_KIND]);
  const verified = await runProgram(['ledger', 'verify', '--json', ...place]);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, entries: 4 * PER_KIND, open_holds: 0 });
});
