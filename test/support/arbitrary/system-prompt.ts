/** System prompts in every form that clients give them, as JSON text, and requests that hold them. */
import fc from 'fast-check';
import { scanObject, isFault, findMember, type Member } from '../../../src/protocol/json/scan.ts';
import { anyText, solidText } from './text.ts';

const space = fc.constantFrom('', '', ' ', '\n', ' \t ');

/** A string literal, some of it escaped where it need not be. */
const literalOf = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(text, fc.boolean())
    .map(([value, escapes]) =>
      escapes
        ? `"${[...value].map((c) => (c >= 'a' && c <= 'm' ? `\\u00${c.charCodeAt(0).toString(16)}` : JSON.stringify(c).slice(1, -1))).join('')}"`
        : JSON.stringify(value),
    );

const said = literalOf(solidText);
const any = literalOf(anyText);
const mark = fc.constantFrom(
  '',
  ',"cache_control":{"type":"ephemeral"}',
  ', "cache_control" : {"ttl":"1h","type":"ephemeral"}',
);

const block = fc
  .tuple(said, mark, space)
  .map(([text, marked, gap]) => `{${gap}"type":"text",${gap}"text":${gap}${text}${marked}${gap}}`);
const blocks = (minLength: number) =>
  fc
    .tuple(fc.array(block, { minLength, maxLength: 3 }), space, space)
    .map(([items, before, after]) => `[${before}${items.join(`${after},${before}`)}${after}]`);

/** What stands as `system` in an Anthropic request; undefined for none. */
export const anthropicSystem: fc.Arbitrary<string | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom('null', '""', '" \\n\\u00a0"'),
  said,
  any,
  blocks(0),
);

/** What a system or developer message says. */
const content = fc.oneof(said, blocks(1));

const role = fc.constantFrom('"system"', '"system"', '"developer"', '"syst\\u0065m"');
const name = fc.constantFrom('', '', ',"name":"setup"');

/** The system and developer messages that an OpenAI request begins with. */
export const openAiSystem: fc.Arbitrary<readonly string[]> = fc.array(
  fc
    .tuple(role, content, name, fc.boolean(), space)
    .map(([who, what, more, first, gap]) =>
      first ? `{${gap}"content":${what},"role":${who}${more}${gap}}` : `{"role":${gap}${who},"content":${what}${more}}`,
    ),
  { maxLength: 3 },
);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The body with `system`, as its first or its last member. */
export function withSystem(body: string, system: string | undefined, first: boolean): string {
  if (system === undefined) return body;
  const bytes = encoder.encode(body);
  const scan = scanObject(bytes);
  if (isFault(scan)) throw new Error(scan.message);
  return first
    ? put(bytes, scan.open + 1, `"system" :${system},`)
    : put(bytes, scan.members.at(-1)?.valueEnd as number, ` , "system": ${system}`);
}

/** The body with these messages before its own. */
export function withLeading(body: string, leading: readonly string[]): string {
  const bytes = encoder.encode(body);
  const scan = scanObject(bytes);
  if (isFault(scan)) throw new Error(scan.message);
  const { valueStart } = findMember(scan, 'messages') as Member;
  return put(bytes, valueStart + 1, leading.map((message) => ` ${message} ,`).join(''));
}

function put(bytes: Uint8Array, at: number, text: string): string {
  return decoder.decode(bytes.subarray(0, at)) + text + decoder.decode(bytes.subarray(at));
}
