/** What OTLP takes for an attribute. */
export type AttributeValue = string | number | boolean | readonly string[];

export interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A client chose some of these texts. */
const MAX_TEXT = 200;

/** Attributes as OTLP's JSON has them; what is undefined is left out. */
export function toAttributes(values: Readonly<Record<string, AttributeValue | undefined>>): readonly KeyValue[] {
  const attributes: KeyValue[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) attributes.push({ key, value: toValue(value) });
  }
  return attributes;
}

function toValue(value: AttributeValue): KeyValue['value'] {
  if (typeof value === 'string') return { stringValue: cut(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  // Integers are 64 bits wide there, which JSON has no number for.
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((text) => ({ stringValue: cut(text) })) } };
}

export function cut(text: string): string {
  return (text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`).toWellFormed();
}

/** Unix milliseconds as OTLP writes a time: nanoseconds, as text. */
export function toUnixNano(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}
