/** Request bodies as text, in every spelling JSON allows: what a byte-for-byte gateway must not disturb. */
import fc from 'fast-check';
import type { ClientShape } from './clients.ts';

const space = fc.constantFrom('', '', '', ' ', '  ', '\n', '\r\n', '\t', ' \n\t ');

const stringPiece = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }).map((text) => text.replace(/["\\]/g, '')) },
  { weight: 2, arbitrary: fc.constantFrom('é', '漢字', '🌍', '\u2028', '\u007f', '\ufeff', 'ﬀ', '<|im_end|>') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '\\n',
      '\\t',
      '\\"',
      '\\\\',
      '\\/',
      '\\b',
      '\\f',
      '\\r',
      '\\u0000',
      '\\u0041',
      '\\u00E9',
      '\\u00e9',
      '\\ud83c\\udf0d',
      '\\uD83C\\uDF0D',
      '\\ud800',
      '\\udc00x',
      '\\u2028',
      '\\u003c',
    ),
  },
);

/** A JSON string literal, quotes included. */
const stringLiteral = fc.array(stringPiece, { maxLength: 6 }).map((pieces) => `"${pieces.join('')}"`);

const number = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '-0.0',
    '1.0',
    '1.50',
    '1e400',
    '-1e400',
    '1E+2',
    '1e-7',
    '0.1e1',
    '12345678901234567890',
    '-98765432109876543210',
    '9007199254740993',
    '0.30000000000000004',
    '100000000000000000000000000000000.000001',
  ),
  fc.integer().map(String),
  fc.bigInt().map(String),
);

const literal = fc.oneof(
  { weight: 4, arbitrary: stringLiteral },
  { weight: 3, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', '{}', '[]', '[ ]', '{\n}') },
);

function list(open: string, items: readonly string[], pads: readonly string[], close: string): string {
  const pad = (i: number) => pads[i % Math.max(1, pads.length)] ?? '';
  return open + items.map((item, i) => `${pad(i)}${item}${pad(i + 1)}`).join(',') + close;
}

const pads = fc.array(space, { maxLength: 4 });

const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, literal, tie('object'), tie('array')),
  array: fc.tuple(fc.array(tie('value'), { maxLength: 4 }), pads).map(([items, gaps]) => list('[', items, gaps, ']')),
  object: fc
    .tuple(fc.array(fc.tuple(stringLiteral, space, space, tie('value')), { maxLength: 4 }), pads)
    .map(([members, gaps]) =>
      list(
        '{',
        members.map(([name, before, after, item]) => `${name}${before}:${after}${item}`),
        gaps,
        '}',
      ),
    ),
}));

/** Nested so that the whole body is at most 60 deep. */
const deep = fc
  .tuple(fc.integer({ min: 10, max: 58 }), fc.boolean(), literal)
  .map(([depth, arrays, inner]) =>
    arrays ? '['.repeat(depth) + inner + ']'.repeat(depth) : '{"a":'.repeat(depth) + inner + '}'.repeat(depth),
  );

const large = fc
  .tuple(fc.integer({ min: 1_000, max: 12_000 }), fc.constantFrom('lorem ipsum ', '🌍', '\\u00e9\\n', '\\\\\\"'))
  .map(([times, piece]) => `"${piece.repeat(times)}"`);

/** Names no shape knows, some of which look like names it does. */
const unknownName = fc.constantFrom(
  '"x"',
  '""',
  '"mod\\u0065lx"',
  '"xmodel"',
  '"Model"',
  '" model"',
  '"model "',
  '"model\\u0000"',
  '"modèl"',
  '"streams"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"th"',
  '"thx_a"',
  '"TH_steering"',
  '"xth_steering"',
  '"10"',
  '"2"',
  '"🌍"',
  '"\\ud800"',
  '"message"',
  '"a.b"',
  '"a\\\\b"',
);

/** The same name with some letters escaped. */
function spelled(name: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(`"${name}"`) },
    {
      weight: 2,
      arbitrary: fc
        .nat({ max: name.length - 1 })
        .map((at) => `"${name.slice(0, at)}${escaped(name[at]!)}${name.slice(at + 1)}"`),
    },
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

type Member = readonly [name: string, value: string];

function member(name: fc.Arbitrary<string>, content: fc.Arbitrary<string>): fc.Arbitrary<Member> {
  return fc.tuple(name, content);
}

/** A few unknown members beside the ones a message must have. */
const message: fc.Arbitrary<string> = fc
  .tuple(stringLiteral, fc.option(value), fc.boolean(), space, space)
  .map(([text, more, contentFirst, before, after]) => {
    const content = `"content"${before}:${after}${text === '""' ? '"hi"' : text}`;
    const role = `"role":${after}"user"`;
    const rest = more === null ? [] : [`"vendor_extension":${more}`];
    return list('{', contentFirst ? [content, ...rest, role] : [role, content, ...rest], [before], '}');
  });

const messages = fc
  .tuple(fc.array(message, { minLength: 1, maxLength: 4 }), pads)
  .map(([items, gaps]) => list('[', items, gaps, ']'));

const streamOptions = fc.oneof(
  fc.constantFrom(
    'null',
    '{}',
    '{ }',
    '{"include_usage":true}',
    '{"include_usage" : false }',
    '{"include_us\\u0061ge":false}',
  ),
  value.map((other) => `{ "include_obfuscation": ${other} }`),
  value.map((other) => `{"other":${other},"include_usage":false , "more":1.0}`),
);

export interface GeneratedBody {
  readonly text: string;
  readonly streams: boolean;
}

/** A body for `model` that a gateway must accept. */
export function arbitraryBody(shape: ClientShape, model: string): fc.Arbitrary<GeneratedBody> {
  const modelLiteral = fc
    .tuple(spelled(model), fc.boolean())
    .map(([text, slashes]) => (slashes ? text.replaceAll('/', '\\/') : text));
  const known = fc.tuple(
    member(spelled('model'), modelLiteral),
    member(spelled('messages'), messages),
    member(fc.constant('"max_tokens"'), fc.constantFrom('64', '64.0', '1e2')),
  );
  const unknown = fc
    .array(
      member(
        unknownName,
        fc.oneof({ weight: 12, arbitrary: value }, { weight: 2, arbitrary: deep }, { weight: 1, arbitrary: large }),
      ),
      { maxLength: 5 },
    )
    .map((members) => [...new Map(members.map((pair) => [JSON.parse(pair[0]) as string, pair])).values()]);
  const ours = fc
    .array(
      fc.oneof(
        member(spelled('th_steering'), fc.constant('"off"')),
        member(spelled('th_trace'), value),
        member(fc.constant('"th_"'), value),
      ),
      { maxLength: 2 },
    )
    .map((members) => [...new Map(members.map((pair) => [JSON.parse(pair[0]) as string, pair])).values()]);
  const stream = fc.option(member(spelled('stream'), fc.constantFrom('true', 'true', 'false')));
  const options =
    shape === 'openai' ? fc.option(member(fc.constant('"stream_options"'), streamOptions)) : fc.constant(null);
  return fc
    .tuple(known, unknown, ours, stream, options, pads, space, space)
    .chain(([required, others, house, streaming, usage, gaps, before, after]) => {
      const all = [...required, ...others, ...house, ...[streaming, usage].filter((item) => item !== null)];
      return fc.shuffledSubarray(all, { minLength: all.length }).map((members): GeneratedBody => {
        const written = members.map(
          ([name, content], i) => `${name}${gaps[i % 3] ?? ''}:${gaps[(i + 1) % 3] ?? ''}${content}`,
        );
        return { text: before + list('{', written, gaps, '}') + after, streams: streaming?.[1] === 'true' };
      });
    });
}
