/** A gateway whose dashboard has something to show: models, requests of all kinds, keys, accounts, a provider in trouble. */
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from '../support/answers.ts';
import { type FailoverFixture, startFailover } from '../support/failover-fixture.ts';
import { linkToken, originOf } from '../support/operator.ts';
import type { Script } from '../support/scripted-upstream.ts';

export const ANSWER = 'Hello there 🌍';
const openai: Script = (exchange) =>
  exchange.request.text().includes('"stream":true')
    ? exchange.stream(openaiStream({ usage: true }), { delayMs: 5 })
    : exchange.json(200, openaiCompletion({ text: ANSWER }));
const anthropic: Script = (exchange) =>
  exchange.request.text().includes('"stream":true')
    ? exchange.stream(anthropicStream(), { delayMs: 5 })
    : exchange.json(200, anthropicMessage({ text: ANSWER }));
const overloaded: Script = (exchange) => exchange.json(503, { error: { message: 'no', type: 'overloaded' } });

export interface Harbour {
  readonly fixture: FailoverFixture;
  /** Of the admin listener. */
  readonly origin: string;
  /** A fresh one-time link. */
  link(...flags: string[]): Promise<string>;
  /** The id of a request that was answered at the second try. */
  readonly retriedId: string;
  stop(): Promise<void>;
}

export async function openHarbour(): Promise<Harbour> {
  const fixture = await startFailover(
    {
      fast: { places: [{ shape: 'openai' }, { shape: 'openai' }], model: { price: { input: 0.0000155, output: 1.6 } } },
      careful: { places: [{ shape: 'anthropic' }], model: { price: { input: 3, output: 15 } } },
      cheap: { places: [{ shape: 'openai' }], model: { price: { input: 0.1, output: 0.4 } } },
    },
    { orchestra: { pools: { chat: ['cheap'], coder: ['careful'] } }, retry: { attempts: 2 } },
  );
  fixture.model('fast').script(overloaded, openai);
  fixture.model('careful').script(anthropic);
  fixture.model('cheap').script(openai);
  const { gateway } = fixture;
  await gateway.run('accounts', 'create', 'team-search', '--prepaid');
  await gateway.run('accounts', 'credit', 'team-search', '25');
  await gateway.run('keys', 'create', '--name', 'search', '--account', 'team-search', '--rpm', '60', '--budget', '5');
  const ask = async (name: string, extra: object = {}, headers: Record<string, string> = {}) => {
    const answer = await fixture.ask('openai', fixture.model(name), extra, headers);
    await answer.arrayBuffer();
    return answer;
  };
  const retried = await ask('fast');
  await ask('careful', { top_k: 3 });
  await ask('cheap', { stream: true });
  await ask('cheap', { model: 'th-orchestra' });
  await ask('cheap', {}, { authorization: 'Bearer thk_live_wrong' });
  const origin = originOf(gateway);
  return {
    fixture,
    origin,
    link: async (...flags) => `${origin}/#/login?token=${await linkToken(gateway, ...flags)}`,
    retriedId: retried.headers.get('x-th-request-id') ?? '',
    stop: () => fixture.stop(),
  };
}
