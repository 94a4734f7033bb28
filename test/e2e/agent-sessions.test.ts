/** Recorded conversations of agents, turn by turn through th-orchestra: inside a tool loop the model never changes. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { post, type ClientShape } from '../support/clients.ts';
import { loadCorpus, recordedRequest } from '../support/corpus.ts';
import { startOrchestra, type OrchestraFixture } from '../support/orchestra-fixture.ts';

setDefaultTimeout(240_000);

type Json = Record<string, unknown>;

interface Session {
  readonly id: string;
  readonly shape: ClientShape;
  readonly body: Json;
  readonly messages: readonly Json[];
}

const isResult = ({ role, content }: Json) =>
  role === 'tool' ||
  (role === 'user' && Array.isArray(content) && content.some(({ type }: Json) => type === 'tool_result'));
const asks = (message: Json) => message.role === 'user' || isResult(message);

/** Where a client asked: behind each turn of the user's and behind the last of the results that follow one another. */
function turnsOf({ messages }: Session): number[] {
  return messages.flatMap((message, i) => {
    const next = messages[i + 1];
    return asks(message) && (next === undefined || next.role === 'assistant') ? [i + 1] : [];
  });
}

const corpus = loadCorpus();
const sessions: Session[] = (corpus ?? []).flatMap((entry) => {
  const body = recordedRequest(entry) as Json | undefined;
  const messages = body?.messages as Json[] | undefined;
  if (body === undefined || !Array.isArray(messages) || !messages.some(isResult)) return [];
  return [{ id: entry.id, shape: entry.shape === 'openai-chat' ? 'openai' : 'anthropic', body, messages }];
});

/** Members that a model of the fixture would be passed over for, or that name what only the vendor has. */
const LEFT_OUT = new Set(['model', 'stream', 'stream_options', 'container', 'mcp_servers', 'context_management']);

describe.skipIf(corpus === undefined).each(['openai', 'anthropic'] as const)(
  'before upstreams of the shape %s',
  (upstream) => {
    let th: OrchestraFixture;
    beforeAll(async () => {
      th = await startOrchestra(upstream);
    });
    afterAll(() => th?.stop());

    test('there are recordings to replay', () => {
      expect(sessions.length).toBeGreaterThan(50);
    });

    for (const named of [true, false]) {
      test(`D1: no switch inside a tool loop, sessions ${named ? 'named by a header' : 'known by their prompts alone'}`, async () => {
        let loops = 0;
        const switches: string[] = [];
        for (const [i, session] of sessions.entries()) {
          let present: string | null = null;
          for (const upTo of turnsOf(session)) {
            const rest = Object.fromEntries(Object.entries(session.body).filter(([name]) => !LEFT_OUT.has(name)));
            const body = { ...rest, model: 'th-orchestra', messages: session.messages.slice(0, upTo) };
            const headers = named ? { 'x-session-id': `${upstream}-${i}` } : { 'x-th-note': 'none' };
            const response = await post(th, session.shape, body, { headers: headers as Record<string, string> });
            await response.text();
            if (response.status !== 200) continue;
            const { model } = JSON.parse(response.headers.get('x-th-route-decision')!) as { model: string };
            if (isResult(session.messages[upTo - 1]!) && present !== null) {
              loops++;
              if (model !== present) switches.push(`${session.id} at ${upTo}: ${present} -> ${model}`);
            }
            present = model;
          }
        }
        expect(loops).toBeGreaterThan(50);
        expect(switches).toEqual([]);
      });
    }
  },
);
