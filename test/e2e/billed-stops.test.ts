/** What requests cost that are cut by the end of the process: a stop, or a kill. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { anthropicStream, openaiStream } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { freePorts } from '../support/free-ports.ts';
import { allEntries, openHolds, type StoredEntry } from '../support/ledger-entries.ts';
import { runProgram, scratchDirectory, startProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const STREAM: Record<ClientShape, readonly string[]> = { openai: openaiStream(), anthropic: anthropicStream() };
/** Up to the first piece of text, and two more. */
const BEGUN: Record<ClientShape, number> = { openai: 4, anthropic: 6 };
const FREE = { input: 0, output: 0, cost: 0n, estimated: false, steering: 0 };

const costOf = ({ input, output }: StoredEntry) => BigInt(input) * 1000n + BigInt(output) * 2000n;

describe('the end of the process', () => {
  const scratch = scratchDirectory();
  let upstream: ScriptedUpstream;
  const config = scratch.file('config.json');
  beforeAll(async () => {
    upstream = await ScriptedUpstream.start((exchange) => exchange.stall());
    for (const shape of SHAPES) {
      upstream.on(`${shape}-begun`, (exchange) =>
        exchange.stream(STREAM[shape].slice(0, BEGUN[shape]), { ending: 'stall' }),
      );
    }
    const names = SHAPES.flatMap((shape) => [`${shape}-begun`, `${shape}-silent`]);
    const targets = (name: string) => [{ provider: name.split('-')[0], model: name }];
    const models = names.map((name) => [name, { targets: targets(name), price: { input: 1, output: 2 } }]);
    writeFileSync(
      config,
      JSON.stringify({
        providers: { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') },
        models: Object.fromEntries(models),
      }),
      { mode: 0o600 },
    );
  });
  afterAll(async () => {
    await upstream?.stop();
    scratch.remove();
  });

  async function start(dataDir: string) {
    const [port = 0, admin = 0] = await freePorts(2);
    const flags = ['--config', config, '--data-dir', dataDir];
    const program = startProgram(['serve', ...flags, '--listen', `127.0.0.1:${port}`, '--drain-timeout', '200ms'], {
      env: { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${admin}` },
    });
    return { program, url: await program.listening(), flags };
  }

  /** Streams that have begun and answers that are waited for, in both shapes; how each ended. */
  async function ended(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ entries: StoredEntry[]; texts: string[] }> {
    const dataDir = scratch.file(signal);
    const { program, url, flags } = await start(dataDir);
    const made = await runProgram(['keys', 'create', '--name', 'k', '--json', ...flags]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const texts: Promise<string>[] = [];
    for (const shape of SHAPES) {
      for (const name of ['begun', 'silent']) {
        const body = requestBody(shape, `${shape}-${name}`, { stream: name === 'begun', max_tokens: 64 });
        const asked = post({ url, key }, shape, body).then((response) => response.text());
        texts.push(asked.catch((error: unknown) => String(error)));
      }
    }
    for (const shape of SHAPES) {
      for (const name of ['begun', 'silent']) await upstream.received(1, `${shape}-${name}`);
    }
    upstream.requests.length = 0;
    await Bun.sleep(200);
    program.signal(signal);
    await program.exited;
    if (signal === 'SIGKILL') {
      expect(openHolds(dataDir)).toBe(4);
      const again = await start(dataDir);
      again.program.signal('SIGTERM');
      await again.program.exited;
    }
    expect(openHolds(dataDir)).toBe(0);
    const verified = await runProgram(['ledger', 'verify', ...flags]);
    expect(verified.code).toBe(0);
    return { entries: allEntries(dataDir), texts: await Promise.all(texts) };
  }

  test('interrupted: a shutdown charges what had come of streams, and nothing for answers that had not', async () => {
    const { entries, texts } = await ended('SIGTERM');
    expect(entries).toHaveLength(4);
    for (const entry of entries) {
      expect(entry.outcome).toBe('interrupted');
      if (entry.model.endsWith('silent')) expect(entry).toMatchObject(FREE);
      else {
        expect(entry.estimated).toBe(true);
        expect(entry.output).toBeGreaterThan(0);
        expect(entry.cost).toBe(costOf(entry));
      }
    }
    for (const text of texts) expect(text).toContain('shutting down');
  });

  test('killed: found by the next start, and charged what was journalled: nothing of what had just begun', async () => {
    const { entries } = await ended('SIGKILL');
    expect(entries).toHaveLength(4);
    for (const entry of entries)
      expect(entry).toMatchObject({ ...FREE, outcome: 'killed', attempts: 0, provider: null });
  });
});
