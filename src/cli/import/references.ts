/** How a gateway writes that a value is in an environment variable: `os.environ/NAME`, `env.NAME`. */
export interface ReferenceStyle {
  readonly prefix: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variable a value stands for, or undefined for a value that stands for itself. */
export function variableOf(text: string, { prefix }: ReferenceStyle): string | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const name = text.slice(prefix.length);
  return NAME.test(name) ? name : undefined;
}

/** The same value as our file writes it: `${NAME}`, or the text itself with nothing in it that would be a reference. */
export function carryText(text: string, style: ReferenceStyle): string {
  const variable = variableOf(text, style);
  return variable === undefined ? text.replaceAll('${', () => '$${') : reference(variable);
}

export function reference(variable: string): string {
  return `\${${variable}}`;
}

/** Every variable a source names, so that none of them is given a second meaning. */
export function variablesIn(text: string, { prefix }: ReferenceStyle): ReadonlySet<string> {
  const pattern = new RegExp(`${prefix.replaceAll('.', '\\.')}([A-Za-z_][A-Za-z0-9_]*)`, 'g');
  return new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''));
}
