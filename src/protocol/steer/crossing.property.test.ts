/** Steered and not, a request goes out alike in all four directions but for the directive at the end of its system prompt. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { anthropicBody, history, openAiBody } from '../../../test/support/arbitrary/history.ts';
import {
  anthropicSystem,
  openAiSystem,
  withLeading,
  withSystem,
} from '../../../test/support/arbitrary/system-prompt.ts';
import { ApiError } from '../api-error.ts';
import type { RequestFacts } from '../request.ts';
import type { Shape } from '../shape.ts';
import type { Capabilities } from '../transcode/capabilities.ts';
import { createTranscoder } from '../transcode/create-transcoder.ts';
import { crossingOf } from '../transcode/crossing.fixture.ts';
import { relocateError } from '../transcode/relocate.ts';
import type { Transcoder } from '../transcode/transcoder.ts';
import { DIRECTIVE, factsOf, steer } from './steer.fixture.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 100);

const capabilities: fc.Arbitrary<Partial<Capabilities>> = fc.record({
  system: fc.constantFrom('one_string', 'parts', 'many'),
  midSystem: fc.boolean(),
  cache: fc.constantFrom('none', 'cache_control'),
  alternateRoles: fc.boolean(),
});

/** Messages of every role and hardly any sense: some of these requests are refused. */
const message = (roles: readonly string[]) =>
  fc.record({
    role: fc.constantFrom(...roles),
    content: fc.constantFrom<unknown>(
      '',
      ' ',
      'x',
      null,
      [],
      [{ type: 'text', text: '' }],
      [{ type: 'text', text: 'y' }],
      7,
    ),
  });
const oddMessages = (roles: readonly string[], first: readonly object[] = []) =>
  fc
    .array(message(roles), { maxLength: 5 })
    .map((messages) => JSON.stringify({ model: 'm', max_tokens: 9, messages: [...first, ...messages] }));

const bodies: Readonly<Record<Shape, fc.Arbitrary<string>>> = {
  anthropic: fc
    .tuple(
      fc.oneof(
        history.map((past) => anthropicBody({ ...past, system: '' })),
        // A system message at the head would look like the system prompt once it has crossed.
        oddMessages(['user', 'assistant', 'system', 'tool'], [{ role: 'user', content: 'x' }]),
      ),
      anthropicSystem,
    )
    .map(([body, system]) => withSystem(body, system, false)),
  openai: fc.oneof(
    fc
      .tuple(
        history.map((past) => openAiBody({ ...past, system: '' })),
        openAiSystem,
      )
      .map(([body, leading]) => withLeading(body, leading)),
    oddMessages(['user', 'assistant', 'system', 'developer', 'tool', 'function', 'robot']),
  ),
};

function sendOf(
  client: Shape,
  upstream: Shape,
  facts: RequestFacts,
  known: Partial<Capabilities>,
): Transcoder | ApiError {
  try {
    return createTranscoder(client, upstream, { ...crossingOf('{"model":"m","messages":[]}', upstream, known), facts });
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

interface Sent {
  /** Each text of the system prompt, and what stands beside it. */
  readonly system: readonly unknown[];
  readonly messages: readonly unknown[];
  readonly rest: object;
}

/** The body as it goes out, its system prompt as a list of blocks. */
function read(upstream: Shape, { body }: Transcoder): Sent {
  const { system, messages, ...rest } = JSON.parse(new TextDecoder().decode(body));
  if (upstream === 'anthropic') return { system: blocksOf(system), messages, rest };
  const at = messages.findIndex(({ role }: { role: string }) => role !== 'system' && role !== 'developer');
  const leading = messages.slice(0, at < 0 ? messages.length : at);
  return {
    system: leading.flatMap(({ content, ...more }: { content: unknown }) => [more, ...blocksOf(content)]),
    messages: messages.slice(leading.length),
    rest: { ...rest, system },
  };
}

function blocksOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content;
  return content === undefined || content === null || content === '' ? [] : [{ type: 'text', text: content }];
}

/** The system prompt with the directive behind it: as a block of its own, or at the end of the last text. */
function withDirective(system: readonly unknown[], upstream: Shape): readonly unknown[][] {
  const own = [...system, { type: 'text', text: DIRECTIVE }];
  if (system.length === 0) return [upstream === 'openai' ? [{ role: 'system' }, ...own] : own];
  const last = system.at(-1) as { text?: string };
  const joined = (gap: string) => [...system.slice(0, -1), { ...last, text: `${last.text}${gap}${DIRECTIVE}` }];
  return last.text?.trim() === '' ? [own, joined(''), joined('\n\n')] : [own, joined('\n\n')];
}

for (const client of ['anthropic', 'openai'] as const) {
  for (const upstream of ['anthropic', 'openai'] as const) {
    describe(`${client} client, ${upstream} upstream`, () => {
      test('all that is sent beside the directive is what is sent without it', () => {
        let compared = 0;
        fc.assert(
          fc.property(bodies[client], capabilities, (body, known) => {
            const { facts, untouched } = steer(client, upstream, body);
            const plain = sendOf(client, upstream, factsOf(body), known);
            const steered = sendOf(client, upstream, facts, known);
            if (untouched || plain instanceof ApiError || steered instanceof ApiError) return;
            const before = read(upstream, plain);
            const after = read(upstream, steered);
            expect(after.rest).toEqual(before.rest);
            expect(after.messages).toEqual(before.messages);
            // Later system messages that cannot stand where they stood are put behind the leading ones.
            if (plain.warnings.list.some((code) => code.startsWith('approx.system_position'))) {
              expect(JSON.stringify(after.system)).toContain(JSON.stringify(DIRECTIVE).slice(1, -1));
            } else {
              expect(withDirective(before.system, upstream)).toContainEqual([...after.system]);
              compared++;
            }
          }),
          { numRuns: RUNS },
        );
        expect(compared).toBeGreaterThan(RUNS / 4);
      });

      test('what is refused is refused alike, and at the client’s own place', () => {
        fc.assert(
          fc.property(bodies[client], capabilities, (body, known) => {
            const { facts, locate } = steer(client, upstream, body);
            const plain = sendOf(client, upstream, factsOf(body), known);
            const steered = sendOf(client, upstream, facts, known);
            if (!(plain instanceof ApiError) || !(steered instanceof ApiError)) {
              expect(steered instanceof ApiError).toBe(plain instanceof ApiError);
              return;
            }
            const { code, message, details } = relocateError(steered, locate);
            expect({ code, message, param: details.param }).toEqual({
              code: plain.code,
              message: plain.message,
              param: plain.details.param as string,
            });
          }),
          { numRuns: RUNS },
        );
      });

      test('warnings name the same places', () => {
        fc.assert(
          fc.property(bodies[client], capabilities, (body, known) => {
            const { facts, locate } = steer(client, upstream, body);
            const plain = sendOf(client, upstream, factsOf(body), known);
            const steered = sendOf(client, upstream, facts, known);
            if (plain instanceof ApiError || steered instanceof ApiError) return;
            steered.warnings.relocate(locate);
            expect(steered.warnings.list).toEqual(plain.warnings.list);
          }),
          { numRuns: RUNS },
        );
      });
    });
  }
}
