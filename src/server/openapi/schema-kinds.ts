import { type TSchema, Type } from '@sinclair/typebox';

/** Another schema of the document, by its name there. */
export function ref(name: string): TSchema {
  return Type.Unsafe({ $ref: `#/components/schemas/${name}` });
}

/** An object of which these members are understood; it may have others. */
export function Open(members: Record<string, TSchema>, description?: string): TSchema {
  return Type.Object(members, { additionalProperties: true, ...(description === undefined ? {} : { description }) });
}

/** The words a value may be. */
export function Words(words: readonly string[], description?: string): TSchema {
  return Type.Unsafe({ type: 'string', enum: [...words], ...(description === undefined ? {} : { description }) });
}

/** A value, or null. */
export function Nullable(schema: TSchema, description?: string): TSchema {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
}

export const Count = (description?: string): TSchema =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });

export const Usd = (description?: string): TSchema =>
  Type.String({ pattern: '^-?\\d+(\\.\\d+)?$', ...(description === undefined ? {} : { description }) });
