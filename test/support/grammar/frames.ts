/** The frames of an outgoing event stream, taken apart as strictly as the one who writes it must keep to the form. */

/** What a client would stumble over, named with the frame it stands in. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError';
}

/** Where in the stream a check looks: every complaint names it. */
export class Place {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  fail(problem: string): never {
    throw new GrammarError(`${this.#name}: ${problem}`);
  }

  within(name: string): Place {
    return new Place(`${this.#name}: ${name}`);
  }

  object(value: unknown, name: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#wrong(value, name, 'an object');
    return value as Record<string, unknown>;
  }

  array(value: unknown, name: string): unknown[] {
    if (!Array.isArray(value)) this.#wrong(value, name, 'an array');
    return value;
  }

  string(value: unknown, name: string): string {
    if (typeof value !== 'string') this.#wrong(value, name, 'a string');
    return value;
  }

  /** A string that says something. */
  text(value: unknown, name: string): string {
    if (this.string(value, name) === '') this.#wrong(value, name, 'a string that is not empty');
    return value as string;
  }

  count(value: unknown, name: string): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0) this.#wrong(value, name, 'a count');
    return value as number;
  }

  oneOf<T>(value: unknown, allowed: readonly T[], name: string): T {
    if (!allowed.includes(value as T)) this.#wrong(value, name, allowed.map((one) => JSON.stringify(one)).join(' or '));
    return value as T;
  }

  /** The members must be these, and may be those. */
  members(
    value: Record<string, unknown>,
    required: readonly string[],
    optional: readonly string[],
    name: string,
  ): void {
    for (const key of required) if (!(key in value)) this.fail(`${name} lacks "${key}"`);
    for (const key of Object.keys(value)) {
      if (!required.includes(key) && !optional.includes(key)) this.fail(`${name} has an unknown member "${key}"`);
    }
  }

  #wrong(value: unknown, name: string, expected: string): never {
    const shown = value === undefined ? 'absent' : JSON.stringify(value).slice(0, 80);
    this.fail(`${name} must be ${expected}, is ${shown}`);
  }
}

export interface OutgoingFrame {
  readonly place: Place;
  readonly lines: readonly string[];
}

/** Frames are ended by one blank line each, lines by LF alone, and nothing stands behind the last. */
export function framesOf(bytes: Uint8Array): OutgoingFrame[] {
  const stream = new Place('stream');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return stream.fail('is not valid UTF-8');
  }
  if (text === '') stream.fail('is empty');
  if (text.includes('\r')) stream.fail('has a CR');
  if (!text.endsWith('\n\n')) stream.fail(`does not end with a blank line but with ${JSON.stringify(text.slice(-40))}`);
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((frame, at) => {
      const place = new Place(`frame ${at}`);
      if (frame === '' || frame.startsWith('\n')) place.fail('has a blank line too many before it');
      return { place, lines: frame.split('\n') };
    });
}

/** The value behind `data: `, which must be an object on one line. */
export function dataOf(line: string | undefined, place: Place): Record<string, unknown> {
  if (!line?.startsWith('data: ')) return place.fail(`expected a line "data: …", found ${JSON.stringify(line)}`);
  let value: unknown;
  try {
    value = JSON.parse(line.slice(6));
  } catch {
    place.fail(`its data is no JSON: ${line.slice(6, 90)}`);
  }
  return place.object(value, 'data');
}
