/** A value's place in the request body: `['messages', 2, 'content']`. */
export type Path = readonly (string | number)[];
export type JsonObject = Readonly<Record<string, unknown>>;

/** A request the demo model refuses with a 400 that names the place. */
export class InvalidField extends Error {
  override readonly name = 'InvalidField';
  readonly path: Path;
  readonly missing: boolean;
  /** Anthropic's machine-readable cause, `error.details.error_code`. */
  readonly errorCode: string | undefined;

  constructor(path: Path, reason: string, missing = false, errorCode?: string) {
    super(reason);
    this.path = path;
    this.missing = missing;
    this.errorCode = errorCode;
  }
}

export function readObject(value: unknown, path: Path): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mistyped(value, path, 'an object');
  return value as JsonObject;
}

export function readArray(value: unknown, path: Path): readonly unknown[] {
  if (!Array.isArray(value)) throw mistyped(value, path, 'an array');
  return value;
}

export function readString(value: unknown, path: Path): string {
  if (typeof value !== 'string') throw mistyped(value, path, 'a string');
  return value;
}

export function readNumber(value: unknown, path: Path): number {
  if (typeof value !== 'number') throw mistyped(value, path, 'a number');
  return value;
}

export function readBoolean(value: unknown, path: Path): boolean {
  if (typeof value !== 'boolean') throw mistyped(value, path, 'a boolean');
  return value;
}

/** A whole number of at least one. */
export function readPositive(value: unknown, path: Path): number {
  const number = readNumber(value, path);
  if (!Number.isInteger(number) || number < 1) throw new InvalidField(path, `expected an integer >= 1, got ${number}`);
  return number;
}

export function readOneOf<T extends string>(value: unknown, path: Path, allowed: readonly T[]): T {
  const text = readString(value, path);
  const found = allowed.find((item) => item === text);
  if (found === undefined) {
    throw new InvalidField(path, `expected one of ${allowed.join(', ')}, got ${JSON.stringify(text.slice(0, 40))}`);
  }
  return found;
}

/** `null` for an optional member means the same as leaving it out. */
export function optional<T>(value: unknown, path: Path, read: (value: unknown, path: Path) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value, path);
}

function mistyped(value: unknown, path: Path, expected: string): InvalidField {
  if (value === undefined) return new InvalidField(path, `field required: expected ${expected}`, true);
  return new InvalidField(path, `expected ${expected}, got ${typeName(value)}`);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
