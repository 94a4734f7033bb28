/** What a failover leaves as it was: what the request needs, its bytes, its bill. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { post, requestBody } from '../support/clients.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import { type Script } from '../support/scripted-upstream.ts';
import { readStream } from '../support/sse-events.ts';
import { ERROR_EVENTS, OPENINGS, answers, both, freshModels, numbered, refuses } from '../support/failover-scripts.ts';

setDefaultTimeout(30_000);

describe('a failover keeps', () => {
  let fixture: FailoverFixture;
  const fresh = freshModels(() => fixture);
  beforeAll(async () => {
    fixture = await startFailover({
      ...numbered('openai-', 40, both('openai')),
      ...numbered('anthropic-', 40, both('anthropic')),
      ...numbered('to-openai-', 40, [{ shape: 'anthropic' }, { shape: 'openai' }]),
      ...numbered('to-anthropic-', 40, [{ shape: 'openai' }, { shape: 'anthropic' }]),
      prices: {
        places: [{ shape: 'openai' }, { shape: 'openai', target: { price: { input: 10, output: 20 } } }],
      },
      schema: { places: [{ shape: 'openai' }, { shape: 'openai', target: { dialect: { structured: 'none' } } }] },
      blind: {
        places: [
          { shape: 'openai', target: { dialect: { images: 'none' } } },
          { shape: 'anthropic', target: { dialect: { images: 'none', structured: 'none' } } },
        ],
      },
      seeing: { places: [{ shape: 'openai', target: { dialect: { images: 'none' } } }, { shape: 'anthropic' }] },
    });
  });
  afterAll(async () => {
    await fixture?.stop();
  });

  const schema = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } };

  test('C14: a failover never loses what the request needs', async () => {
    const model = fixture.model('schema').script(refuses(503), answers('openai', 'prose'));
    const response = await fixture.ask('openai', model, schema);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('prose');
    expect(model.asked()[1]).toBe(0);
    // Without the need the same failover happens.
    expect(await (await fixture.ask('openai', model)).text()).toContain('prose');
  });

  const image = {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
    ],
  };

  test('C14: the target that can is asked first, whatever its priority', async () => {
    const model = fixture.model('seeing').script(answers('openai', 'blind'), answers('anthropic', 'an image'));
    const response = await fixture.ask('openai', model, image);
    expect(await response.text()).toContain('an image');
    expect(response.headers.get('x-th-attempts')).toBe('1');
    expect(await (await fixture.ask('openai', model)).text()).toContain('blind');
  });

  test('C14: where none can, the 400 says who lacks what, and nothing is sent', async () => {
    const model = fixture.model('blind').script(answers('openai', 'x'), answers('anthropic', 'x'));
    const response = await fixture.ask('openai', model, { ...image, ...schema });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'unsupported_value',
        param: 'messages',
        message:
          'No place that serves blind can honour this request: blind-0 reads no images; ' +
          'blind-1 reads no images and cannot be held to a JSON schema',
      },
    });
    expect(model.asked()).toEqual([0, 0]);
    expect(response.headers.get('x-th-attempts')).toBeNull();
  });

  test('C7, C11: what a lost try used is told in the log and paid by nobody', async () => {
    const usage = async () => {
      const response = await fetch(`${fixture.url}/v1/usage`, { headers: { authorization: `Bearer ${fixture.key}` } });
      const { total } = (await response.json()) as { total: { input_tokens: number; requests: number } };
      return total;
    };
    const model = fresh('anthropic-').script(
      (exchange) => exchange.stream([...OPENINGS.anthropic, ERROR_EVENTS.anthropic]),
      answers('anthropic', 'from the second'),
    );
    const before = await usage();
    await readStream(await fixture.ask('anthropic', model, { stream: true }));
    const after = await usage();
    expect([after.requests - before.requests, after.input_tokens - before.input_tokens]).toEqual([1, 12]);
    const line = await fixture.line(model);
    expect(line).toMatchObject({
      attempts: 2,
      provider: `${model.id}-1`,
      outcome: 'answered',
      input_tokens: 12,
      lost: [
        { provider: `${model.id}-0`, error: 'upstream_overloaded', input_tokens: 12, own_cost_usd: '0.000014000' },
      ],
    });

    const failed = fresh('anthropic-').script(
      (exchange) => exchange.stream([...OPENINGS.anthropic, ERROR_EVENTS.anthropic]),
      (exchange) => exchange.stream([...OPENINGS.anthropic, ERROR_EVENTS.anthropic]),
    );
    const response = await fixture.ask('anthropic', failed, { stream: true });
    expect(response.status).toBe(529);
    expect(response.headers.get('x-should-retry')).toBe('true');
    expect((await usage()).input_tokens).toBe(after.input_tokens);
  });

  test('a target with a price of its own is billed at it', async () => {
    const model = fixture.model('prices').script(refuses(503), answers('openai', 'x'));
    const response = await fixture.ask('openai', model);
    expect(response.headers.get('x-th-cost-usd')).toBe('0.000180000');
    await response.text();
  });

  test('I4: the target that would serve a request counts its tokens, not another one', async () => {
    const counted = async (model: { readonly id: string }) => {
      const response = await fetch(`${fixture.url}/v1/messages/count_tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': fixture.key },
        body: JSON.stringify(requestBody('anthropic', model.id)),
      });
      await response.text();
      return response.headers.get('x-th-usage');
    };
    const counts: Script = (exchange) => exchange.json(200, { input_tokens: 42 });
    const first = fresh('to-anthropic-').script(counts, counts);
    expect([await counted(first), first.asked()]).toEqual(['estimated', [0, 0]]);
    const second = fresh('to-openai-').script(counts, counts);
    expect([await counted(second), second.asked()]).toEqual(['reported', [1, 0]]);
  });

  test('E9: every try is made anew from the client’s own bytes', async () => {
    const bodies: string[] = [];
    const note =
      (then: Script): Script =>
      (exchange) => {
        bodies.push(exchange.request.text());
        return then(exchange);
      };
    const model = fresh('openai-').script(note(refuses(500)), note(answers('openai', 'x')));
    const body = `{ "messages":[{"role":"user","content":"1.0 \\u00e9 <é>"}],"th_x":1, "seed": 12345678901234567890,"model":"${model.id}"}`;
    await (await post(fixture, 'openai', body)).text();
    const expected = (i: number) =>
      body.replace('"th_x":1, ', '').replace(`"${model.id}"`, `"${model.upstreamModels[i]}"`);
    expect(bodies).toEqual([expected(0), expected(1)]);
  });
});
