import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from '../../../test/support/arbitrary-body.ts';
import {
  anthropicSystem,
  openAiSystem,
  withLeading,
  withSystem,
} from '../../../test/support/arbitrary/system-prompt.ts';
import { JsonNode } from '../json/node.ts';
import type { RequestFacts } from '../request.ts';
import type { Shape } from '../shape.ts';
import { placeInMessages } from './place-in-messages.ts';
import { placeInSystem } from './place-in-system.ts';
import type { Placement } from './placement.ts';
import { DIRECTIVE, factsOf, steer, textOf } from './steer.fixture.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);

const anthropic = fc
  .tuple(arbitraryBody('anthropic', 'm'), anthropicSystem, fc.boolean())
  .map(([{ text }, system, first]) => withSystem(text, system, first));
const openai = fc
  .tuple(arbitraryBody('openai', 'm'), openAiSystem)
  .map(([{ text }, leading]) => withLeading(text, leading));
const upstreams = fc.constantFrom<Shape>('anthropic', 'openai');

/** The steered bytes without what the edits put in, and with what they took out. */
function undo(client: RequestFacts, steered: RequestFacts, { edits }: Placement): Buffer {
  const pieces: Uint8Array[] = [];
  let from = 0;
  let grown = 0;
  for (const { start, end, text } of edits) {
    pieces.push(steered.bytes.subarray(from, start + grown), client.bytes.subarray(start, end));
    grown += text.length - (end - start);
    from = end + grown;
  }
  return Buffer.concat([...pieces, steered.bytes.subarray(from)]);
}

const valueOf = (facts: RequestFacts, name: string) =>
  new JsonNode(facts.bytes, facts.scan.open, facts.scan.close + 1).members.get(name);
/** The elements of a top-level list, as they are written. */
const rawOf = (facts: RequestFacts, name: string) => (valueOf(facts, name)?.elements ?? []).map(({ raw }) => raw);
/** Other top-level members, as they are written. */
const othersOf = (facts: RequestFacts, name: string) =>
  facts.scan.members
    .filter((member) => member.name !== name)
    .map(({ start, valueEnd }) => Buffer.from(facts.bytes.subarray(start, valueEnd)).toString());

/** What holds for every steered body. */
function expectSound(client: RequestFacts, steered: RequestFacts, place: Placement): void {
  expect(undo(client, steered, place).equals(client.bytes)).toBe(true);
  for (const edit of place.edits) {
    const taken = Buffer.from(client.bytes.subarray(edit.start, edit.end)).toString();
    expect(['', 'null']).toContain(taken);
  }
  // A new scan finds what was moved along, so the whole of it is JSON too.
  const { longStrings: moved, ...scan } = steered.scan;
  const fresh = factsOf(textOf(steered));
  expect({ ...steered, scan }).toEqual({ ...fresh, scan: expect.objectContaining(scan) });
  // A text that has only become long is not among them.
  for (let i = 0; i < moved.length; i += 2) {
    expect(fresh.scan.longStrings[fresh.scan.longStrings.indexOf(moved[i] as number) + 1]).toBe(moved[i + 1] as number);
  }
  expect(steered.modelMember).toBe(steered.scan.members.find(({ name }) => name === 'model') as never);
}

describe('an Anthropic request', () => {
  test('gets the directive as the last block of its system prompt; every other byte is the client’s', () => {
    fc.assert(
      fc.property(anthropic, upstreams, (body, upstream) => {
        const client = factsOf(body);
        const { facts } = steer('anthropic', upstream, body);
        expectSound(client, facts, placeInSystem(client, DIRECTIVE) as Placement);
        expect(othersOf(facts, 'system')).toEqual(othersOf(client, 'system'));
        const before = valueOf(client, 'system');
        const after = valueOf(facts, 'system') as JsonNode;
        if (after.kind === 'string') {
          const blank = String(before?.value);
          expect(blank.trim()).toBe('');
          expect(after.value).toBe(`${blank}${DIRECTIVE}`);
          return;
        }
        const blocks = rawOf(facts, 'system');
        expect(JSON.parse(blocks.at(-1) as string)).toEqual({ type: 'text', text: DIRECTIVE });
        const own = before?.kind === 'string' ? [`{"type":"text","text":${before.raw}}`] : rawOf(client, 'system');
        expect(blocks.slice(0, -1)).toEqual(own);
      }),
      { numRuns: RUNS },
    );
  });

  test('the paths of a steered body lead to the client’s own', () => {
    fc.assert(
      fc.property(anthropic, (body) => {
        const client = factsOf(body);
        const { facts, locate } = steer('anthropic', 'anthropic', body);
        const own = valueOf(client, 'system');
        for (const [i, block] of (valueOf(facts, 'system')?.elements ?? []).entries()) {
          const found = locate(`system[${i}].text`);
          const isOwn = own?.kind === 'array' && own.elements[i]?.raw === block.raw;
          expect(found).toBe(isOwn ? `system[${i}].text` : 'system');
        }
        for (const path of ['system', 'messages[0].content[0].text', 'max_tokens', 'tools.0.name']) {
          expect(locate(path)).toBe(path);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('an OpenAI request', () => {
  test('before an OpenAI upstream gets no second system message, and none that is not first', () => {
    fc.assert(
      fc.property(openai, (body) => {
        const client = factsOf(body);
        const { facts } = steer('openai', 'openai', body);
        expectSound(client, facts, placeInMessages(client, 'openai', DIRECTIVE) as Placement);
        expect(othersOf(facts, 'messages')).toEqual(othersOf(client, 'messages'));
        const own = rawOf(client, 'messages');
        const sent = rawOf(facts, 'messages');
        const at = leadingIn(own) - 1;
        if (at < 0) {
          expect(sent).toEqual([JSON.stringify({ role: 'system', content: DIRECTIVE }), ...own]);
          return;
        }
        expect(sent.toSpliced(at, 1)).toEqual(own.toSpliced(at, 1));
        const before = JSON.parse(own[at] as string);
        const { content, ...rest } = JSON.parse(sent[at] as string);
        expect({ ...rest, content: before.content }).toEqual(before);
        if (typeof before.content === 'string') expect(content).toBe(`${before.content}\n\n${DIRECTIVE}`);
        else expect(content).toEqual([...before.content, { type: 'text', text: DIRECTIVE }]);
      }),
      { numRuns: RUNS },
    );
  });

  test('before an Anthropic upstream gets a system message of its own, behind the leading ones', () => {
    fc.assert(
      fc.property(openai, (body) => {
        const client = factsOf(body);
        const { facts } = steer('openai', 'anthropic', body);
        expectSound(client, facts, placeInMessages(client, 'anthropic', DIRECTIVE) as Placement);
        expect(othersOf(facts, 'messages')).toEqual(othersOf(client, 'messages'));
        const own = rawOf(client, 'messages');
        const message = JSON.stringify({ role: 'system', content: DIRECTIVE });
        expect(rawOf(facts, 'messages')).toEqual(own.toSpliced(leadingIn(own), 0, message));
      }),
      { numRuns: RUNS },
    );
  });

  test('the paths of a steered body lead to the client’s own', () => {
    fc.assert(
      fc.property(openai, upstreams, (body, upstream) => {
        const own = rawOf(factsOf(body), 'messages');
        const { facts, locate } = steer('openai', upstream, body);
        const sent = rawOf(facts, 'messages');
        const shift = sent.length - own.length;
        const head = leadingIn(own);
        for (const i of sent.keys()) {
          const isOurs = shift === 1 && i === head;
          const client = i - (i > head ? shift : 0);
          if (!isOurs && i !== head - 1) expect(own[client]).toBe(sent[i] as string);
          expect(locate(`messages[${i}].role`)).toBe(isOurs ? 'messages' : `messages[${client}].role`);
          expect(locate(`messages.${i}.role`)).toBe(
            isOurs ? 'messages' : i > head && shift === 1 ? `messages[${client}].role` : `messages.${i}.role`,
          );
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** How many system and developer messages there are before the first other. */
function leadingIn(messages: readonly string[]): number {
  const roles = messages.map((message) => (JSON.parse(message) as { role: string }).role);
  return roles.findIndex((role) => role !== 'system' && role !== 'developer');
}
