import fc from 'fast-check';
import { anyText } from './text.ts';

const scalar = fc.oneof(
  { weight: 3, arbitrary: anyText.map((text) => JSON.stringify(text)) },
  fc.constantFrom('null', 'true', 'false', '0', '-0', '1.0', '1e5', '12345678901234567890', '0.30000000000000004'),
  fc.constantFrom('"\\u00e9\\ud83c\\udf0d"', '"\\/"', '""', '"_raw_arguments"', '{}', '[]'),
  fc.integer().map(String),
);

const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  ),
  object: members(tie('value')),
}));

function members(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const name = fc.oneof(
    fc.constantFrom('path', '10', '2', 'a b', '', '__proto__x', 'é', 'old_string'),
    anyText.map((text) => text.slice(0, 8)),
  );
  return fc
    .tuple(
      fc.uniqueArray(name, { maxLength: 4 }),
      fc.array(item, { minLength: 4, maxLength: 4 }),
      fc.constantFrom('', ' ', '\n  '),
    )
    .map(
      ([names, items, space]) =>
        `{${names.map((one, i) => `${space}${JSON.stringify(one)}:${space}${items[i]}`).join(',')}}`,
    );
}

/** The JSON text of an object, with what a parse and a rewrite would change: order, big numbers, escapes, spaces. */
export const argumentsText = members(value);

/** Such a text that a parse and a rewrite leave as it is. */
export const plainArguments = argumentsText.map((text) => JSON.stringify(JSON.parse(text)));

export interface ToolCallName {
  readonly id: string;
  readonly name: string;
}

/** Ids as Anthropic's shape has them. */
export const legalId = fc.stringMatching(/^(toolu|call)_[A-Za-z0-9]{4,12}$/);

/** Ids as vendors of the other shape mint them, some of which Anthropic's forbids. */
export const anyId = fc.oneof(
  { weight: 4, arbitrary: legalId },
  fc
    .tuple(fc.constantFrom('functions.read:', 'llm_version:', 'call é ', '\ufeff', 'a/b|', 'thx_'), fc.nat(999))
    .map((parts) => parts.join('')),
);

export const toolName = fc.constantFrom('read', 'write', 'get_weather', 'mcp__fs__list-files', 'a', 'B_2');
