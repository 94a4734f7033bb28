import type { Static, TObject } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { CONTENT } from './schema-dialect-content.ts';
import { REASONING } from './schema-dialect-reasoning.ts';
import { REQUEST } from './schema-dialect-request.ts';
import { TOOLS } from './schema-dialect-tools.ts';
import { Choice, Section } from './schema-kinds.ts';

/** Everything that can be said of how an upstream differs from its shape, in the words of the file. */
const MEMBERS = { ...REQUEST, ...REASONING, ...CONTENT, ...TOOLS };

export const Dialect = Section(
  {
    auth: Type.Optional(
      Choice(['bearer', 'x-api-key', 'api-key', 'none'], {
        description:
          'Header the key goes out in: `authorization: Bearer`, `x-api-key` or `api-key`. ' +
          'Left out: the one of the preset, else `bearer` for the shape openai and `x-api-key` for anthropic.',
        examples: ['bearer'],
      }),
    ),
    ...MEMBERS,
  },
  {
    description:
      'How this server differs from the shape it speaks. What is written here stands above the preset and above what is known of a model; what is left out does not.',
  },
);

/** The same for one model or one place that serves it; the key is the provider's. */
export function OverridingDialect(description: string): TObject<typeof MEMBERS> {
  return Section(MEMBERS, { description, 'x-same-as': ['providers', 'NAME', 'dialect'] });
}

/** `forced_tool_with_thinking` → `forcedToolWithThinking`. */
type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type Written = Static<TObject<typeof MEMBERS>>;

/** What is said of an upstream, in the words of the program; what is left out is not said. */
export type DialectFacts = { readonly [Name in keyof Written as Camel<Name>]: Readonly<Written[Name]> };

/** The file's names to the program's. List entries that failed their check are undefined, and left out. */
export function readDialect(entry: Readonly<Record<string, unknown>> | undefined): DialectFacts {
  const members = Object.keys(MEMBERS).flatMap((key): [string, unknown][] => {
    const value = entry?.[key];
    if (value === undefined) return [];
    return [[toCamel(key), Array.isArray(value) ? value.filter((item) => item !== undefined) : value]];
  });
  return Object.fromEntries(members);
}

/** The program's names to the file's, in the order of the reference page; members the file has no name for come first. */
export function writeDialect(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = Object.keys(MEMBERS).map((key) => [key, facts[toCamel(key)]] as const);
  const names = new Set(Object.keys(MEMBERS).map(toCamel));
  const others = Object.entries(facts).filter(([name]) => !names.has(name));
  return Object.fromEntries(
    [...others.map(([name, value]) => [toSnake(name), value] as const), ...known].filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function toCamel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
