/** SIGHUP: the configuration is read again. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, writeFileSync } from 'node:fs';
import { openaiStream } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { readStream } from '../support/sse-events.ts';
import { useServedFile } from '../support/served-file.ts';

setDefaultTimeout(60_000);

const { configFile, scratch, serve, upstream, writeConfig } = useServedFile();

describe('SIGHUP', () => {
  test('fault 65: a good file is taken over, a bad one changes nothing, and a storm of signals is survived', async () => {
    writeConfig({});
    const { program, url, key } = await serve(scratch.file('hup'));
    const idsOf = async () => {
      const response = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    const before = await idsOf();
    expect(before).toContain('openai-hangs');

    for (const [text, why] of [
      ['models: {', 'no YAML'],
      ['lisen: 127.0.0.1:1', 'an unknown option'],
      [
        'providers: { a: { shape: openai, base_url: "http://127.0.0.1:1/v1", api_key: "${TH_ABSENT}" } }',
        'a missing variable',
      ],
    ] as const) {
      const said = program.logLines().filter(({ msg }) => /stays/.test(String(msg))).length;
      writeFileSync(configFile, text);
      program.signal('SIGHUP');
      while (program.logLines().filter(({ msg }) => /stays/.test(String(msg))).length === said) await Bun.sleep(10);
      expect(await idsOf(), why).toEqual(before);
    }
    chmodSync(configFile, 0o600);

    writeConfig({ models: { only: { targets: [{ provider: 'openai', model: 'x' }] } } });
    program.signal('SIGHUP');
    await program.said(/configuration reloaded/);
    expect(await idsOf()).toEqual(['th-orchestra', 'only']);

    for (let i = 0; i < 50; i++) program.signal('SIGHUP');
    expect(await idsOf()).toEqual(['th-orchestra', 'only']);
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    writeConfig({});
  });

  test('a stream in flight goes on with the configuration it began with', async () => {
    const { program, url, key } = await serve(scratch.file('hup-stream'));
    const release = Promise.withResolvers<void>();
    const events = openaiStream();
    upstream().on('openai-finishes', async (exchange) => {
      await exchange.stream(events.slice(0, 2), { ending: 'keep-open' });
      await release.promise;
      for (const event of events.slice(2)) await exchange.write(event);
      await exchange.end();
    });
    const body = requestBody('openai', 'openai-finishes', { stream: true });
    const response = await post({ url, key }, 'openai', body);
    writeConfig({ models: { only: { targets: [{ provider: 'openai', model: 'x' }] } } });
    program.signal('SIGHUP');
    await program.said(/configuration reloaded/);
    expect((await post({ url, key }, 'openai', body)).status).toBe(404);
    release.resolve();
    expect((await readStream(response)).text).toContain('[DONE]');
    await program.close();
    writeConfig({});
  });
});
