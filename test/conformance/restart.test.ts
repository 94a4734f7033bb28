import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicClient, type Endpoint } from '../support/clients.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from '../support/program.ts';
import { providerOf } from '../support/relay-fixture.ts';
import { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { completion, toolCall } from './support/openai-answers.ts';
import type { Json } from './support/through-sdk.ts';

setDefaultTimeout(60_000);

describe('a gateway that was stopped and started again', () => {
  const scratch = scratchDirectory();
  let upstream: ScriptedUpstream;
  let program: RunningProgram | undefined;
  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    const dialect = { reasoning_in: 'reasoning_content', reasoning_echo: 'tool_turns' };
    const config = {
      providers: { up: providerOf(upstream, 'openai', { dialect }) },
      models: { 'conformance/restart': { targets: [{ provider: 'up', model: 'private-restart' }] } },
    };
    await Bun.write(scratch.file('config.json'), JSON.stringify(config));
  });
  afterAll(async () => {
    await program?.close();
    await upstream.stop();
    scratch.remove();
  });

  const place = () => ['--config', scratch.file('config.json'), '--data-dir', scratch.file('data')];
  async function start(): Promise<string> {
    program = startProgram(['serve', ...place(), '--listen', '127.0.0.1:0']);
    return program.listening();
  }

  test('C071 th1-echo: it still knows the reasoning it signed before', async () => {
    const reasoning = 'I should read the file.';
    const call = toolCall('call_restart', 'f', '{}');
    let answer = completion(
      { reasoning_content: reasoning, content: null, tool_calls: [call] },
      { finish: 'tool_calls' },
    );
    upstream.on('private-restart', (exchange) => exchange.json(200, answer));
    const url = await start();
    const made = await runProgram(['keys', 'create', '--name', 't', '--json', ...place()]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const ask = (endpoint: Endpoint, messages: object[]) =>
      anthropicClient(endpoint).messages.create({
        model: 'conformance/restart',
        max_tokens: 4000,
        thinking: { type: 'enabled', budget_tokens: 1024 },
        tools: [{ name: 'f', input_schema: { type: 'object' } }],
        messages,
      } as never) as Promise<Json>;
    const { content } = await ask({ url, key }, [{ role: 'user', content: 'Hi' }]);
    expect(content).toMatchObject([{ type: 'thinking', thinking: reasoning }, { type: 'tool_use' }]);

    await program!.close();
    answer = completion({ content: 'done' });
    const results = [{ type: 'tool_result', tool_use_id: 'call_restart', content: 'r' }];
    await ask({ url: await start(), key }, [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
      { role: 'user', content: results },
    ]);
    const sent = JSON.parse(upstream.requestsFor('private-restart').at(-1)!.text()) as Json;
    expect(sent.messages[1].reasoning_content).toBe(reasoning);
  });
});
