import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { loadCorpus, recordedRequest } from '../../../../test/support/corpus.ts';
import { JsonNode } from '../../json/node.ts';
import { splice } from '../../json/splice.ts';
import { readRequest, type RequestFacts } from '../../request.ts';
import { hasForeignThinking } from './find-thinking.ts';
import { stripForeignThinking } from './strip-thinking.ts';

const RUNS = Number(process.env.TH_RUNS ?? 300);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const factsOf = (text: string) => readRequest(encoder.encode(text));
const editsOf = (facts: RequestFacts) =>
  stripForeignThinking(facts, { keepUnsigned: false, thinking: undefined }).edits;
const strip = (facts: RequestFacts) => decoder.decode(splice(facts.bytes, editsOf(facts)));
const stripped = (text: string) => strip(factsOf(text));
const body = (messages: string) => `{"model":"m","messages":${messages},"max_tokens":9}`;

const OURS = '{"type":"thinking","thinking":"hm","signature":"th1.e30.x"}';
const UNSIGNED = '{"signature" : "", "thinking":"hm", "type":"thinking"}';
const THEIRS = '{"type":"thinking","thinking":"hm","signature":"EqQBCgIYAhIkth1.=="}';
const HIDDEN = '{"data":"th1.e30.x","type":"redacted_thinking"}';
const TEXT = '{"type":"text","text":"a \\"signature\\":\\"th1.x\\" \\u00e9"}';

describe('stripForeignThinking', () => {
  test('C072 th1-to-claude: thinking of ours goes with its comma, wherever it stands; all else stays as it was', () => {
    const of = (...blocks: string[]) => body(`[{"role":"assistant","content":[${blocks.join(', ')}]}]`);
    expect(stripped(of(OURS, TEXT))).toBe(of(TEXT));
    expect(stripped(of(TEXT, UNSIGNED))).toBe(of(TEXT));
    expect(stripped(of(TEXT, HIDDEN, THEIRS))).toBe(of(TEXT, THEIRS));
    expect(stripped(of(OURS, UNSIGNED, TEXT, OURS, HIDDEN))).toBe(of(TEXT));
    expect(stripped(of(OURS, TEXT, HIDDEN, OURS, TEXT, OURS))).toBe(of(TEXT, TEXT));
  });

  test('a message of nothing else goes as a whole', () => {
    const user = '{"role":"user","content":"a"}';
    const only = `{"role":"assistant","content":[ ${OURS},${HIDDEN} ]}`;
    expect(stripped(body(`[${user}, ${only}, ${user}]`))).toBe(body(`[${user}, ${user}]`));
    expect(stripped(body(`[ ${user} ,${only}\n]`))).toBe(body(`[ ${user}\n]`));
    expect(stripped(body(`[${only},${only},${user}]`))).toBe(body(`[${user}]`));
    expect(stripped(body(`[ ${only} ]`))).toBe(body('[  ]'));
  });

  test('what Anthropic signed, what has no signature at all and what only looks alike stays', () => {
    for (const block of [
      THEIRS,
      TEXT,
      '{"type":"thinking","thinking":"hm"}',
      '{"type":"thinking","thinking":"hm","signature":null}',
      '{"type":"thinking","thinking":"hm","signature":["th1."]}',
      '{"type":"redacted_thinking","data":""}',
      '{"type":"redacted_thinking","data":"EqQB","signature":"th1.x"}',
      `{"type":"tool_use","id":"t","name":"f","input":{"content":[${OURS},${HIDDEN}]}}`,
      `{"type":"tool_result","tool_use_id":"t","content":[${UNSIGNED}]}`,
      `{"type":"text","text":"x","signature":"th1.x"}`,
      'null',
      '[]',
    ]) {
      const facts = factsOf(body(`[{"role":"assistant","content":[${block}]},7,{"content":"th1."},{"content":null}]`));
      expect(editsOf(facts)).toEqual([]);
    }
    for (const block of ['{"signature":"th1.x","type":"text"}', OURS]) {
      const outside = factsOf(`{"model":"m","messages":[],"system":[${block}]}`);
      expect(hasForeignThinking(outside)).toBe(false);
    }
  });

  test('thinking of ours is found at every offset', () => {
    for (const block of [OURS, UNSIGNED, HIDDEN]) {
      for (let length = 0; length < 40; length++) {
        const padding = `{"type":"text","text":"${'signature redacted_thinking '.repeat(2).slice(0, length)}"}`;
        const of = (blocks: string) => body(`[{"role":"assistant","content":[${blocks}]}]`);
        expect(stripped(of(`${padding},${block}`))).toBe(of(padding));
        expect(stripped(of(`${block},${padding}`))).toBe(of(padding));
      }
    }
  });

  test(`only whole blocks and messages leave, and no byte beside them changes (${RUNS} generated bodies)`, () => {
    fc.assert(
      fc.property(arbitraryBody, fc.array(fc.constantFrom('', ' ', '\n', '\t ')), ({ request, before }, spaces) => {
        const text = print(request, spaces.length === 0 ? [''] : spaces);
        const facts = factsOf(text);
        const edits = editsOf(facts);
        expect(edits.length > 0).toBe(
          before.some(isGone) || before.some((message) => keptBlocks(message) !== undefined),
        );
        if (edits.length > 0) expect(hasForeignThinking(facts)).toBe(true);
        let from = 0;
        for (const { start, end, text: inserted } of edits) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          expect(inserted).toHaveLength(0);
          from = end;
        }
        const result = strip(facts);
        const messages = before
          .filter((message) => !isGone(message))
          .map((message) => ({ ...message, content: keptBlocks(message) ?? message.content }));
        expect(JSON.parse(result)).toEqual({ ...request, messages });
        expect(piecesOf(result)).toEqual(piecesOf(text).filter((piece) => !isForeign(JSON.parse(piece))));
        expect(editsOf(factsOf(result))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('recorded conversations with Anthropic pass as they are', () => {
    let seen = 0;
    for (const entry of corpus ?? []) {
      const request = recordedRequest(entry) as { model?: unknown; messages?: unknown } | undefined;
      if (typeof request?.model !== 'string' || !Array.isArray(request.messages)) continue;
      seen++;
      const signed = /"signature":"[^"]/.test(JSON.stringify(request.messages));
      expect([entry.id, editsOf(factsOf(JSON.stringify(request)))]).toEqual([entry.id, []]);
      if (signed) expect(hasForeignThinking(factsOf(JSON.stringify(request, undefined, 1)))).toBe(false);
    }
    expect(seen).toBeGreaterThan(400);
  });

  test('a body of 1 MiB without such thinking costs a fraction of its scan', () => {
    const signed = `{"role":"assistant","content":[${THEIRS},${TEXT}]}`;
    const prose = `{"role":"user","content":"${'The quick brown fox signed a redacted nature report. '.repeat(70)}"}`;
    const text = body(`[${Array.from({ length: 280 }, () => `${prose},${signed}`).join(',')}]`);
    expect(text.length).toBeGreaterThan(1 << 20);
    const bytes = encoder.encode(text);
    const facts = readRequest(bytes);
    const cost = (work: () => unknown) => {
      const times = Array.from({ length: 40 }, () => {
        const start = performance.now();
        work();
        return performance.now() - start;
      });
      return Math.min(...times.slice(20));
    };
    const scan = cost(() => readRequest(bytes));
    const search = cost(() => hasForeignThinking(facts));
    if (process.env.TH_PRINT !== undefined) {
      console.log(`1 MiB: scan ${(scan * 1000).toFixed(0)} µs, search ${(search * 1000).toFixed(0)} µs`);
    }
    expect(search).toBeLessThan(scan);
  });
});

interface Message {
  role: string;
  content: unknown;
}

const arbitraryText = fc.constantFrom('', 'a', '"signature":"th1.', 'redacted_thinking', 'é\\"\n', '"th1.', 'th1.x');
const lookalike = fc.constantFrom(
  { type: 'thinking', thinking: 'x', signature: 'th1.x' },
  { type: 'redacted_thinking', data: 'th1.x' },
);
const arbitraryBlock = fc.oneof(
  fc.record({ type: fc.constant('text'), text: arbitraryText }),
  fc.record({
    type: fc.constant('thinking'),
    thinking: arbitraryText,
    signature: fc.constantFrom('', 'th1.e30.abc', 'th1.', 'EqQB', 'th1', 'xth1.'),
  }),
  fc.record({ signature: fc.constantFrom('', 'th1.a', 'E'), z: fc.constant(1), type: fc.constant('thinking') }),
  fc.record({ data: fc.constantFrom('', 'th1.e30.abc', 'EqQB'), type: fc.constant('redacted_thinking') }),
  fc.record({ type: fc.constant('tool_use'), input: fc.record({ a: lookalike }) }),
  fc.record({ type: fc.constant('tool_result'), content: fc.array(lookalike, { maxLength: 2 }) }),
);
const arbitraryBody = fc
  .array(
    fc.record({
      role: fc.constantFrom('user', 'assistant'),
      content: fc.oneof(arbitraryText, fc.array(arbitraryBlock, { maxLength: 5 })),
    }),
    { maxLength: 5 },
  )
  .map((messages) => ({
    before: messages as Message[],
    request: { model: 'm', messages, th1: 'th1.', max_tokens: 1 },
  }));

/** What the rule says of a block (or of a text in the place of blocks), on parsed values. */
function isForeign(block: { type?: string; signature?: string; data?: string }): boolean {
  if (block.type === 'thinking') return block.signature === '' || (block.signature ?? '').startsWith('th1.');
  return block.type === 'redacted_thinking' && (block.data ?? '').startsWith('th1.');
}

const isGone = ({ content }: Message) => Array.isArray(content) && content.length > 0 && content.every(isForeign);

/** The blocks that stay, where some go. */
function keptBlocks({ content }: Message): unknown[] | undefined {
  return Array.isArray(content) && content.some(isForeign) ? content.filter((block) => !isForeign(block)) : undefined;
}

/** The blocks and texts of a body's messages as they are written. */
function piecesOf(text: string): string[] {
  return (JsonNode.parse(text).get('messages')?.elements ?? []).flatMap((message) => {
    const content = message.get('content');
    return content?.kind === 'array' ? content.elements.map(({ raw }) => raw) : [content?.raw ?? ''];
  });
}

/** JSON with the given spaces, one after the other, around its values. */
function print(value: unknown, spaces: readonly string[]): string {
  let at = 0;
  const space = () => spaces[at++ % spaces.length] ?? '';
  const write = (part: unknown): string => {
    if (Array.isArray(part)) return `[${space()}${part.map(write).join(`${space()},${space()}`)}${space()}]`;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const members = Object.entries(part).map(
      ([name, member]) => `${JSON.stringify(name)}${space()}:${space()}${write(member)}`,
    );
    return `{${space()}${members.join(`,${space()}`)}${space()}}`;
  };
  return write(value);
}
