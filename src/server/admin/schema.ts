import { type ObjectOptions, type SchemaOptions, type TProperties, type TSchema, Type } from '@sinclair/typebox';

/** An object whose members are all known. */
export function Fields<T extends TProperties>(properties: T, options: ObjectOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

export function Nullable<T extends TSchema>(schema: T, options: SchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options);
}

/** US dollars as decimal text, exact to the nano-dollar. */
export const Usd = Type.String({
  pattern: '^-?[0-9]+(\\.[0-9]{1,9})?$',
  examples: ['0.003643200'],
  'x-expected': 'US dollars as text, such as "25" or "0.5", with nine decimals at most',
});

/** A moment, ISO 8601 in UTC. */
export const Moment = Type.String({ format: 'date-time', examples: ['2027-01-31T18:00:00.000Z'] });
