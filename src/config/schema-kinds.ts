import {
  type SchemaOptions,
  type TArray,
  type TObject,
  type TOptional,
  type TProperties,
  type TUnsafe,
  Type,
} from '@sinclair/typebox';
import { DECIMAL_PATTERN, DURATION_PATTERN, SIZE_PATTERN } from './units.ts';

/** Value formats JSON Schema has no word for. `kinds.ts` reads each of them. */
export type Kind =
  | 'duration'
  | 'size'
  | 'usd'
  | 'listen'
  | 'listen-or-off'
  | 'host'
  | 'base-url'
  | 'database-url'
  | 'redis-url'
  | 'network'
  | 'model-id';

/** Notes of ours on a schema node; JSON Schema tells readers to pass over names they do not know. */
export interface Notes {
  readonly 'x-kind'?: Kind;
  /** Durations and sizes: 0 is refused. */
  readonly 'x-positive'?: boolean;
  /** Never shown, logged or quoted in a problem. */
  readonly 'x-secret'?: boolean;
  /** The members are those of another section, where the reference page lists them. */
  readonly 'x-same-as'?: readonly string[];
}

export function Duration(options: SchemaOptions & Notes) {
  return Type.String({ pattern: DURATION_PATTERN, 'x-kind': 'duration', ...options });
}

export function Size(options: SchemaOptions & Notes) {
  return Type.String({ pattern: SIZE_PATTERN, 'x-kind': 'size', ...options });
}

/** US dollars; written as a number, but read from the text of the file so that no digit is lost. */
export function Usd(options: SchemaOptions & Notes) {
  return Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: DECIMAL_PATTERN })], {
    'x-kind': 'usd',
    ...options,
  });
}

export function Secret(options: SchemaOptions & Notes) {
  return Type.String({ minLength: 1, 'x-secret': true, ...options });
}

/** One of a few words. */
export function Choice<const T extends readonly string[]>(words: T, options: SchemaOptions): TUnsafe<T[number]> {
  // A union in every respect; TypeBox types one only where its members are spelled out.
  const union = Type.Union(
    words.map((word) => Type.Literal(word)),
    options,
  );
  return union as unknown as TUnsafe<T[number]>;
}

/** Some of a few words. */
export function Choices<const T extends readonly string[]>(
  words: T,
  options: SchemaOptions,
): TArray<TUnsafe<T[number]>> {
  return Type.Array(Choice(words, { description: 'One of them.' }), options);
}

/** A list of names that match a pattern. */
export function Names(pattern: string, options: SchemaOptions) {
  return Type.Array(Type.String({ pattern, description: 'A name.' }), options);
}

/** An optional `true` or `false`. */
export function Flag(options: SchemaOptions): TOptional<ReturnType<typeof Type.Boolean>> {
  return Type.Optional(Type.Boolean(options));
}

/** An object whose members are all known. */
export function Section<T extends TProperties>(properties: T, options: SchemaOptions & Notes): TObject<T> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}
