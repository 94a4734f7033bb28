import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { post, type ClientShape } from '../support/clients.ts';
import { answerIn, startOrchestra, type OrchestraFixture } from '../support/orchestra-fixture.ts';

setDefaultTimeout(60_000);

type Json = Record<string, unknown>;

const SHAPES = ['openai', 'anthropic'] as const;

const TOOLS: Readonly<Record<ClientShape, string>> = {
  openai: '[ {"type":"function","function":{"name":"edit_file","parameters":{"type":"object","properties":{}}}} ]',
  anthropic: '[ {"name":"edit_file","input_schema":{"type":"object","properties":{}}} ]',
};

const KINDS = {
  agent: { ask: 'Rename the module.', tools: true, applied: 'workflow:plan-todo-execute' },
  role: {
    ask: 'Please review this pull request and tell me what is wrong with it.',
    tools: false,
    applied: 'role:reviewer',
  },
  plain: { ask: 'Good morning!', tools: false, applied: 'none' },
} as const;
type Kind = keyof typeof KINDS;

/** A body of the shape, with odd spaces and escapes, so that a change of any byte shows. `extra`: more members, as text. */
function write(shape: ClientShape, model: string, kind: Kind, stream: boolean, extra = ''): string {
  const { ask, tools } = KINDS[kind];
  const user = `{"role":"user","content":"${ask} \\u00e9"}`;
  const head = `{ "model": "${model}",${stream ? '"stream":true,' : ''}${tools ? `"tools":${TOOLS[shape]},` : ''}`;
  if (shape === 'openai') {
    return `${head}"messages" : [ {"content":"Be  brief \\u2028.","role":"system"}, ${user} ]${extra}, "temperature":0.50}`;
  }
  const system = '[{"type":"text","text":"Be  brief \\u2028.","cache_control":{"type":"ephemeral"}} ]';
  return `${head}"max_tokens":64, "system" : ${system},"messages":[ ${user} ]${extra}}`;
}

/** The same body with the directive where it belongs in a body of that shape. */
function withDirective(shape: ClientShape, body: string, text: string): string {
  const json = JSON.stringify(text);
  if (shape === 'openai') return body.replace('Be  brief \\u2028."', `Be  brief \\u2028.\\n\\n${json.slice(1)}`);
  return body.replace('"ephemeral"}} ]', `"ephemeral"}},{"type":"text","text":${json}} ]`);
}

/** As the upstream is to get a body of its own shape: its own name of the model, usage asked for in a stream. */
function asSent(shape: ClientShape, body: string, model: string, stream: boolean): string {
  const named = body.replace(/"model": "[^"]*"/, `"model": "${model}"`);
  return shape === 'openai' && stream ? `${named.slice(0, -1)},"stream_options":{"include_usage":true}}` : named;
}

describe.each([...SHAPES])('th-orchestra before upstreams of the shape %s', (upstreamShape) => {
  let th: OrchestraFixture;
  beforeAll(async () => {
    th = await startOrchestra(upstreamShape);
  });
  afterAll(() => th?.stop());

  async function textOf(name: string): Promise<string> {
    const response = await fetch(`${th.url}/v1/steering/${name}`, { headers: { authorization: `Bearer ${th.key}` } });
    expect(response.status).toBe(200);
    return ((await response.json()) as { text: string }).text;
  }

  const ask = async (shape: ClientShape, body: string, headers: Record<string, string> = {}) => {
    const response = await post(th, shape, body, { headers });
    const answer = await response.text();
    return { response, answer, sent: th.lastBody(), applied: response.headers.get('x-th-steering-applied') };
  };

  for (const shape of SHAPES) {
    for (const stream of [false, true]) {
      for (const kind of Object.keys(KINDS) as Kind[]) {
        const { applied } = KINDS[kind];
        const name = `fault 77: ${shape} client, ${stream ? 'stream' : 'JSON'}, ${kind}`;

        test(`${name}: steered by ${applied}, at the end of the system prompt and nowhere else`, async () => {
          const body = write(shape, 'th-orchestra', kind, stream);
          const plain = await ask(shape, body, { 'x-th-steering': 'off' });
          const steered = await ask(shape, body);
          expect(steered.response.status, steered.answer).toBe(200);
          expect(steered.applied).toBe(applied);
          const text = applied === 'none' ? '' : await textOf(applied);
          const { model } = JSON.parse(steered.sent) as { model: string };
          if (shape === upstreamShape) {
            const told = applied === 'none' ? body : withDirective(shape, body, text);
            expect(steered.sent).toBe(asSent(shape, told, model, stream));
          } else {
            expect(JSON.parse(steered.sent)).toEqual(
              applied === 'none'
                ? JSON.parse(plain.sent)
                : crossedWith(upstreamShape, JSON.parse(plain.sent) as Json, text),
            );
          }
        });

        test(`${name}: by header, by body or by both, off leaves every byte as it was`, async () => {
          const body = write(shape, 'th-orchestra', kind, stream);
          const marked = write(shape, 'th-orchestra', kind, stream, ', "th_steering":"off"');
          const header = { 'x-th-steering': 'off' };
          const asked = [await ask(shape, body, header), await ask(shape, marked), await ask(shape, marked, header)];
          for (const { response, answer, sent, applied: told } of asked) {
            expect(response.status, answer).toBe(200);
            expect(told).toBe('off');
            const { model } = JSON.parse(sent) as { model: string };
            if (shape === upstreamShape) expect(sent).toBe(asSent(shape, body, model, stream));
            else expect(JSON.stringify(JSON.parse(sent))).not.toContain('th_steering');
          }
          expect(new Set(asked.map(({ sent }) => sent)).size).toBe(1);
        });

        test(`${name}: a specific model is never steered and says none, whatever was asked for`, async () => {
          const body = write(shape, 'pool/chat', kind, stream);
          for (const headers of [{}, { 'x-th-steering': 'off' }, { 'x-th-role': 'planner' }]) {
            const { response, answer, sent, applied: told } = await ask(shape, body, headers as Record<string, string>);
            expect(response.status, answer).toBe(200);
            expect(told).toBe('none');
            expect(response.headers.has('x-th-route-decision')).toBe(false);
            if (shape === upstreamShape) expect(sent).toBe(asSent(shape, body, 'private-chat', stream));
          }
        });
      }
    }

    test(`fault 77: ${shape} client: any other value is a 400 that lists the good one`, async () => {
      for (const model of ['th-orchestra', 'pool/chat']) {
        const before = th.upstream.requests.length;
        for (const value of ['on', 'OFF', 'none', '']) {
          const extra = `, "th_steering":${JSON.stringify(value)}`;
          const { response, answer, applied } = await ask(shape, write(shape, model, 'plain', false, extra));
          expect(response.status).toBe(400);
          expect(applied).toBe('none');
          expect(answer).toContain('off');
          expect(answer).toContain('th_steering');
        }
        for (const extra of [', "th_steering":false', ', "th_steering":["off"]']) {
          expect((await ask(shape, write(shape, model, 'plain', false, extra))).response.status).toBe(400);
        }
        const { response, answer } = await ask(shape, write(shape, model, 'plain', false), { 'x-th-steering': 'on' });
        expect(response.status).toBe(400);
        expect(answer).toContain('X-TH-Steering');
        expect(th.upstream.requests).toHaveLength(before);
      }
    });

    test(`${shape} client: off is told on every answer to th-orchestra, errors and counts included`, async () => {
      const off = { 'x-th-steering': 'off' };
      const plain = write(shape, 'th-orchestra', 'plain', false);
      const refused = await ask(shape, plain, { ...off, 'x-th-role': 'poet' });
      expect([refused.response.status, refused.applied]).toEqual([400, 'off']);
      const told = async (path: string, model: string) => {
        const headers = { 'content-type': 'application/json', 'x-api-key': th.key, ...off };
        const body = write('anthropic', model, 'plain', false);
        const response = await fetch(`${th.url}${path}`, { method: 'POST', headers, body });
        expect(response.status).toBe(200);
        return response.headers.get('x-th-steering-applied');
      };
      // Of a server that counts no tokens.
      th.upstream.on('private-chat', (exchange) => exchange.json(404, {}));
      for (const path of ['/v1/messages/count_tokens', '/v1/route']) {
        expect(await told(path, 'th-orchestra')).toBe('off');
        expect(await told(path, 'pool/chat')).toBe('none');
      }
      th.upstream.on('private-chat', answerIn(upstreamShape));
    });

    test(`${shape} client: two turns of a session carry the same directive in the same place`, async () => {
      const first = write(shape, 'th-orchestra', 'agent', false);
      const next = first.replace(
        '\\u00e9"}',
        '\\u00e9"}, {"role":"assistant","content":"Done."}, {"role":"user","content":"Now summarise what you did."}',
      );
      const [one, two] = [await ask(shape, first), await ask(shape, next)];
      expect([one.applied, two.applied]).toEqual(Array(2).fill(KINDS.agent.applied));
      const text = JSON.stringify(await textOf(KINDS.agent.applied)).slice(1, -1);
      expect(one.sent).toContain(text);
      // All that stands before the second turn is what the vendor's cache knows.
      const upTo = (sent: string) =>
        sent.slice(sent.indexOf(upstreamShape === 'openai' ? '"messages"' : '"system"')).split(text)[0];
      expect(upTo(two.sent)).toBe(upTo(one.sent));
      expect(two.sent.split(text)).toHaveLength(2);
    });

    test(`${shape} client: a role that is asked for is what it gets, and an unknown one is a 400 that lists them`, async () => {
      const body = write(shape, 'th-orchestra', 'plain', false);
      const { applied, response } = await ask(shape, body, { 'x-th-role': 'planner' });
      expect(applied).toBe('role:planner');
      expect(JSON.parse(response.headers.get('x-th-route-decision')!)).toMatchObject({
        model: 'pool/planner',
        pool: 'planner',
        confidence: 1,
      });
      const refused = await ask(shape, body, { 'x-th-role': 'poet' });
      expect(refused.response.status).toBe(400);
      expect(refused.answer).toContain('summarizer');
    });

    test(`L7, ${shape} client: nothing is added to user turns or tool results`, async () => {
      const call =
        shape === 'openai'
          ? '{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"edit_file","arguments":"{}"}}]}, {"role":"tool","tool_call_id":"c1","content":"done"}'
          : '{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"edit_file","input":{}}]}, {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"done"}]}';
      const body = write(shape, 'th-orchestra', 'agent', false).replace('\\u00e9"}', `\\u00e9"}, ${call}`);
      const steered = await ask(shape, body);
      expect(steered.response.status, steered.answer).toBe(200);
      const text = await textOf(KINDS.agent.applied);
      const { messages } = JSON.parse(steered.sent) as { messages: Json[] };
      for (const message of messages) {
        if (message.role === 'system' || message.role === 'developer') continue;
        expect(JSON.stringify(message)).not.toContain(JSON.stringify(text).slice(1, -1));
      }
    });

    test(`${shape} client: the tokens of the directive are not charged to the key`, async () => {
      const body = write(shape, 'th-orchestra', 'role', false);
      const plain = await ask(shape, body, { 'x-th-steering': 'off' });
      const steered = await ask(shape, body);
      // The scripted upstream reports the same usage for both; what the directive took is not paid for.
      const cost = (one: typeof plain) => Number(one.response.headers.get('x-th-cost-usd'));
      expect(cost(plain)).toBeCloseTo(0.000018, 9);
      expect(cost(steered)).toBeLessThan(cost(plain));
      expect(cost(steered)).toBeGreaterThanOrEqual(0.000006);
    });
  }
});

/** The crossed body with the directive as the last part of its system prompt. */
function crossedWith(upstream: ClientShape, body: Json, text: string): Json {
  if (upstream === 'anthropic') {
    const system = body.system;
    const blocks = typeof system === 'string' ? [{ type: 'text', text: system }] : (system as Json[]);
    return { ...body, system: [...blocks, { type: 'text', text }] };
  }
  const [first, ...rest] = body.messages as Json[];
  return { ...body, messages: [{ ...first, content: `${String(first!.content)}\n\n${text}` }, ...rest] };
}
