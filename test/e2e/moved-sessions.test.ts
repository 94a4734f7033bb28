import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { aggregatorOf } from '../../src/protocol/transcode/answer-form.ts';
import { ANTHROPIC_CAPABILITIES } from '../../src/protocol/transcode/capabilities.ts';
import type { Block } from '../conformance/support/anthropic-answers.ts';
import { type CorpusEntry, loadCorpus, recordedRequest, recordedResponse } from '../support/corpus.ts';
import type { Said, SigningModel } from '../support/signing-model.ts';
import { Agent, isThinking, startTwoFamilies, type TwoFamilies } from '../support/two-families.ts';

setDefaultTimeout(120_000);

interface Recorded {
  readonly system?: unknown;
  readonly tools?: unknown;
  readonly messages: readonly Said[];
}

/** What was said in turn, the recorded answer included. */
interface Session {
  readonly id: string;
  readonly more: object;
  readonly said: readonly Said[];
}

const blocksOf = ({ content }: Said): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function answerOf(entry: CorpusEntry): Said | undefined {
  const bytes = recordedResponse(entry) as Uint8Array<ArrayBuffer>;
  try {
    const aggregator = aggregatorOf('anthropic', ANTHROPIC_CAPABILITIES, (text) => text);
    if (entry.stream) aggregator.push(bytes);
    const whole = new TextDecoder().decode(entry.stream ? aggregator.end() : bytes);
    const { content } = JSON.parse(whole) as { content?: readonly Block[] };
    return Array.isArray(content) && content.length > 0 ? { role: 'assistant', content } : undefined;
  } catch {
    // A recorded failure.
    return undefined;
  }
}

/** Recorded conversations in which a model thought, as they went on. */
function* sessions(): Generator<Session> {
  for (const entry of loadCorpus() ?? []) {
    if (entry.shape !== 'anthropic-messages' || entry.status !== 200) continue;
    const request = recordedRequest(entry) as Recorded | undefined;
    const answer = request === undefined ? undefined : answerOf(entry);
    if (request === undefined || answer === undefined || !Array.isArray(request.messages)) continue;
    const said = [...request.messages, answer];
    const alternates = said.every(({ role }, i) => role === (i % 2 === 0 ? 'user' : 'assistant'));
    if (!alternates || !said.some((one) => one.role === 'assistant' && blocksOf(one).some(isThinking))) continue;
    const { system, tools } = request;
    yield { id: entry.id, said, more: { ...(system ? { system } : {}), ...(tools ? { tools } : {}) } };
  }
}

/** The turn as this model would have said it: what it thought bears its own signatures. */
function saidBy(model: SigningModel, said: Said, thinking: { readonly type: string }): Block[] {
  const blocks = blocksOf(said).map((block) =>
    block.type === 'thinking'
      ? model.thinks(String(block.thinking))
      : block.type === 'redacted_thinking'
        ? model.hides(String(block.data).slice(0, 40))
        : block,
  );
  const [first] = blocks;
  // With a budget a model thinks before anything else.
  const isMute = thinking.type === 'enabled' && !(first !== undefined && isThinking(first));
  return isMute ? [model.thinks('Let me see.'), ...blocks] : blocks;
}

const words = (messages: readonly Said[]) =>
  JSON.stringify(
    messages
      .map((said) => ({ role: said.role, content: blocksOf(said).filter((block) => !isThinking(block)) }))
      .filter(({ content }) => content.length > 0),
  );

const all = [...sessions()];
const hasCalls = ({ said }: Session) => said.some((one) => blocksOf(one).some(({ type }) => type === 'tool_use'));

let fixture: TwoFamilies;
beforeAll(async () => {
  if (all.length > 0) fixture = await startTwoFamilies({ pairs: 4 });
});
afterAll(() => fixture?.stop());

for (const stream of [false, true]) {
  for (const thinking of [{ type: 'adaptive' }, { type: 'enabled', budget_tokens: 1024 }]) {
    const form = `${stream ? 'streamed' : 'whole'}, ${thinking.type}`;
    test.skipIf(all.length === 0)(
      `D1, D2, D10 (${form}): recorded sessions that move to the other family at every turn send no foreign signature, and lose no word`,
      async () => {
        const { id, back, claude, glm } = fixture.pair();
        const routes = [
          { name: id, model: claude },
          { name: back, model: glm },
        ] as const;
        let turns = 0;
        let thoughts = 0;
        let callsWithThought = 0;
        for (const session of all) {
          for (const start of [0, 1]) {
            const agent = new Agent(fixture.gateway, stream, { thinking, ...session.more });
            const said = [...session.said, ...lastWord(session.said), { role: 'assistant', content: 'Good.' } as const];
            for (let i = 0; i + 1 < said.length; i += 2) {
              const { name, model } = routes[(start + i / 2) % 2] as (typeof routes)[number];
              model.says(saidBy(model, said[i + 1] as Said, thinking));
              const blocks = await agent.say(name, (said[i] as Said).content);
              const history = agent.messages.slice(0, -1);
              const sent = model.last.messages;
              expect([session.id, words(sent)]).toEqual([session.id, words(history)]);
              const own = history.flatMap(blocksOf).filter((block) => isThinking(block) && !model.isForeign(block));
              expect(sent.flatMap(blocksOf).filter(isThinking)).toEqual(own);
              turns++;
              thoughts += blocks.filter(isThinking).length;
              if (blocks.some(isThinking) && blocks.some(({ type }) => type === 'tool_use')) callsWithThought++;
            }
          }
        }
        expect([...claude.refusals, ...glm.refusals]).toEqual([]);
        expect(turns).toBeGreaterThan(100);
        expect(thoughts).toBeGreaterThan(50);
        expect(callsWithThought).toBeGreaterThan(10);
        if (process.env.TH_PRINT !== undefined) {
          const calls = all.filter(hasCalls).length;
          console.log(
            `${form}: ${all.length} sessions, ${calls} with calls; ${turns} turns, ${thoughts} thoughts, ${callsWithThought} calls with a thought`,
          );
        }
      },
    );
  }
}

/** What the client says next, so that the last answer's thinking is returned as well. */
function lastWord(said: readonly Said[]): Said[] {
  const calls = blocksOf(said.at(-1) as Said).filter(({ type }) => type === 'tool_use');
  const content =
    calls.length === 0
      ? 'Thank you.'
      : calls.map(({ id }): Block => ({ type: 'tool_result', tool_use_id: id, content: 'Done.' }));
  return [{ role: 'user', content }];
}
