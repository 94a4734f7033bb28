/** Prices and models that are changed while requests run. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { entriesOfModel, openHolds } from '../support/ledger-entries.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const json = (shape: ClientShape) => (shape === 'openai' ? openaiCompletion() : anthropicMessage());
const events = (shape: ClientShape) => (shape === 'openai' ? openaiStream() : anthropicStream());
/** Up to the first piece of text. */
const BEGUN: Record<ClientShape, number> = { openai: 2, anthropic: 4 };
/** What 12 tokens in and 3 out cost at 1 and 2 USD a million. */
const COST = 18_000n;

describe('fault 57: a configuration that is read anew while requests run', () => {
  const scratch = scratchDirectory();
  const config = scratch.file('config.json');
  const dataDir = scratch.file('data');
  const flags = ['--config', config, '--data-dir', dataDir];
  let upstream: ScriptedUpstream;
  let program: RunningProgram;
  let url: string;
  let key: string;
  let gate = Promise.withResolvers<void>();

  function write(models: object): void {
    const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
    writeFileSync(config, JSON.stringify({ providers, models }), { mode: 0o600 });
  }
  const priced = (input: number, output: number) =>
    Object.fromEntries(
      SHAPES.map((shape) => [`${shape}/m`, { targets: [{ provider: shape, model: shape }], price: { input, output } }]),
    );

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    for (const shape of SHAPES) {
      upstream.on(shape, async (exchange) => {
        const stream = exchange.request.text().includes('"stream":true');
        if (stream) await exchange.stream(events(shape).slice(0, BEGUN[shape]), { ending: 'keep-open' });
        await gate.promise;
        if (!stream) await exchange.json(200, json(shape));
        else {
          await exchange.write(events(shape).slice(BEGUN[shape]).join(''));
          await exchange.end();
        }
      });
    }
    write(priced(1, 2));
    const [port = 0, admin = 0] = await freePorts(2);
    program = startProgram(['serve', ...flags, '--listen', `127.0.0.1:${port}`], {
      env: { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${admin}` },
    });
    url = await program.listening();
    const made = await runProgram(['keys', 'create', '--name', 'k', '--json', ...flags]);
    key = (JSON.parse(made.stdout) as { key: string }).key;
  });
  afterAll(async () => {
    await program?.close();
    await upstream?.stop();
    scratch.remove();
  });

  let reloads = 0;
  async function reload(models: object): Promise<void> {
    write(models);
    program.signal('SIGHUP');
    await program.said(new RegExp(`(?:configuration reloaded[\\s\\S]*){${++reloads}}`));
  }

  const askAll = (): Promise<number>[] =>
    SHAPES.flatMap((shape) =>
      [false, true].map(async (stream) => {
        const response = await post({ url, key }, shape, requestBody(shape, `${shape}/m`, { stream, max_tokens: 64 }));
        await response.text();
        return response.status;
      }),
    );

  const costs = (shape: ClientShape) => entriesOfModel(dataDir, `${shape}/m`).map(({ cost }) => cost);

  test('the price a request was held for at is the one it is charged at; the next pays the new one', async () => {
    const first = askAll();
    await upstream.received(4);
    await reload(priced(100, 200));
    gate.resolve();
    expect(await Promise.all(first)).toEqual([200, 200, 200, 200]);
    for (const shape of SHAPES) expect(costs(shape)).toEqual([COST, COST]);
    expect(await Promise.all(askAll())).toEqual([200, 200, 200, 200]);
    const dear = 100n * COST;
    for (const shape of SHAPES) expect(costs(shape)).toEqual([COST, COST, dear, dear]);
  });

  test('a request whose model is taken away meanwhile is answered, and charged', async () => {
    gate = Promise.withResolvers<void>();
    const before = upstream.requests.length;
    const asked = askAll();
    await upstream.received(before + 4);
    await reload({ 'openai/other': { targets: [{ provider: 'openai', model: 'openai' }] } });
    gate.resolve();
    expect(await Promise.all(asked)).toEqual([200, 200, 200, 200]);
    for (const shape of SHAPES) expect(costs(shape).slice(4)).toEqual([100n * COST, 100n * COST]);
    expect(await Promise.all(askAll())).toEqual([404, 404, 404, 404]);
    const verified = await runProgram(['ledger', 'verify', ...flags]);
    expect(verified.code).toBe(0);
    expect(openHolds(dataDir)).toBe(0);
  });
});
