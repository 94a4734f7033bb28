import { type SchemaOptions, type TObject, type TProperties, Type } from '@sinclair/typebox';
import { DECIMAL_PATTERN, DURATION_PATTERN, SIZE_PATTERN } from './units.ts';

/** Value formats JSON Schema has no word for. `kinds.ts` reads each of them. */
export type Kind =
  'duration' | 'size' | 'usd' | 'listen' | 'base-url' | 'database-url' | 'redis-url' | 'network' | 'model-id';

/** Notes of ours on a schema node; JSON Schema tells readers to pass over names they do not know. */
export interface Notes {
  readonly 'x-kind'?: Kind;
  /** Durations and sizes: 0 is refused. */
  readonly 'x-positive'?: boolean;
  /** Never shown, logged or quoted in a problem. */
  readonly 'x-secret'?: boolean;
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

/** An object whose members are all known. */
export function Section<T extends TProperties>(properties: T, options: SchemaOptions): TObject<T> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}
