/** Who pays for what th-orchestra adds to a prompt, and under which model. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type ClientShape, post, requestBody } from '../support/clients.ts';
import { theEntry } from '../support/ledger-entries.ts';
import { startOrchestra, type OrchestraFixture } from '../support/orchestra-fixture.ts';
import type { Script } from '../support/scripted-upstream.ts';

setDefaultTimeout(60_000);

const SHAPES = ['openai', 'anthropic'] as const;
const json = (shape: ClientShape) => (shape === 'openai' ? openaiCompletion() : anthropicMessage());
const events = (shape: ClientShape) => (shape === 'openai' ? openaiStream() : anthropicStream());
const answers =
  (shape: ClientShape): Script =>
  (exchange) =>
    exchange.request.text().includes('"stream":true')
      ? exchange.stream(events(shape))
      : exchange.json(200, json(shape));
const stalls: Script = (exchange) => exchange.stall();

describe.each(SHAPES)('th-orchestra, upstreams of the shape %s', (shape) => {
  let th: OrchestraFixture;
  beforeAll(async () => {
    th = await startOrchestra(shape, { retry: { attempts: 3 } });
  });
  afterAll(() => th?.stop());

  const REVIEW = 'Please review this pull request and tell me what is wrong with it.';

  test.each(SHAPES)('what it adds to the prompt is told, and not charged, %s client', async (client) => {
    for (const stream of [false, true]) {
      const { id, key } = await th.gateway.mintKey();
      const told = 5000;
      const swap = (text: string) =>
        text
          .replaceAll('"prompt_tokens":12', `"prompt_tokens":${told}`)
          .replaceAll('"input_tokens":12', `"input_tokens":${told}`);
      th.upstream.on('private-reviewer', (exchange) =>
        stream
          ? exchange.stream([swap(events(shape).join(''))])
          : exchange.answer(200, swap(JSON.stringify(json(shape))), [['content-type', 'application/json']]),
      );
      const body = requestBody(client, 'th-orchestra', {
        stream,
        max_tokens: 64,
        messages: [{ role: 'user', content: REVIEW }],
      });
      const response = await post({ url: th.url, key }, client, body);
      await response.text();
      expect(response.headers.get('x-th-steering-applied')).toBe('role:reviewer');
      const entry = await theEntry(th.gateway.dataDir, { key: id });
      expect(entry).toMatchObject({ outcome: 'answered', model: 'pool/reviewer', output: 3, estimated: false });
      expect(entry.steering).toBeGreaterThan(10);
      expect(entry.input).toBe(told - entry.steering);
      expect(entry.cost).toBe(BigInt(entry.input) * 1000n + 3n * 2000n);
      if (!stream) expect(Number(response.headers.get('x-th-cost-usd')) * 1e9).toBeCloseTo(Number(entry.cost), 3);

      // The same, not steered: it pays for all it sent.
      const plain = await th.gateway.mintKey();
      const off = await post({ url: th.url, key: plain.key }, client, { ...body, th_steering: 'off' });
      await off.text();
      expect(await theEntry(th.gateway.dataDir, { key: plain.id })).toMatchObject({ input: told, steering: 0 });
    }
  });

  test('leaving before the answer is charged for the prompt as the client sent it, whatever was added', async () => {
    const inputs: number[] = [];
    const lengths: number[] = [];
    for (const steering of [{}, { th_steering: 'off' }]) {
      const { id, key } = await th.gateway.mintKey();
      th.upstream.on('private-reviewer', stalls);
      const leaving = new AbortController();
      const before = th.upstream.requests.length;
      const messages = [{ role: 'user', content: REVIEW }];
      const body = requestBody('openai', 'th-orchestra', { max_tokens: 64, messages, ...steering });
      const asked = post({ url: th.url, key }, 'openai', body, { signal: leaving.signal }).catch(() => undefined);
      await th.upstream.received(before + 1);
      lengths.push(th.lastBody().length);
      leaving.abort();
      await asked;
      const entry = await theEntry(th.gateway.dataDir, { key: id });
      expect(entry).toMatchObject({ outcome: 'client_abort', estimated: true, output: 0, steering: 0 });
      expect(entry.cost).toBe(BigInt(entry.input) * 1000n);
      inputs.push(entry.input);
    }
    expect(lengths[0]).toBeGreaterThan(lengths[1] as number);
    expect(inputs[0]).toBeGreaterThan(0);
    expect(inputs[0]).toBe(inputs[1] as number);
  });

  test('where another model stands in, the request counts for that one', async () => {
    const { id, key } = await th.gateway.mintKey();
    const names = ['planner', 'coder', 'summarizer', 'reviewer', 'chat', 'vision'];
    const failed: string[] = [];
    for (const name of names) {
      th.upstream.on(`private-${name}`, (exchange) => {
        if (failed.length > 0) return answers(shape)(exchange);
        failed.push(name);
        return exchange.json(500, { error: { message: 'no' } });
      });
    }
    const body = requestBody('openai', 'th-orchestra', {
      max_tokens: 64,
      messages: [{ role: 'user', content: REVIEW }],
    });
    const response = await post({ url: th.url, key }, 'openai', body);
    expect(response.status).toBe(200);
    await response.text();
    const { model } = JSON.parse(response.headers.get('x-th-route-decision') ?? '{}') as { model?: string };
    expect(model).not.toBe(`pool/${failed[0]}`);
    const entry = await theEntry(th.gateway.dataDir, { key: id });
    expect(entry).toMatchObject({ outcome: 'answered', model, attempts: 2 });
    expect(entry.lost).toMatchObject([{ upstreamModel: `private-${failed[0]}` }]);
    const { rows } = JSON.parse((await th.gateway.run('usage', '--by', 'model', '--key', id, '--json')).stdout) as {
      rows: readonly { model: string }[];
    };
    expect(rows.map((row) => row.model)).toEqual([model as string]);
    expect((await th.gateway.run('ledger', 'verify')).code).toBe(0);
  });
});
