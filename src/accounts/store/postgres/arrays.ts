/** Arrays as PostgreSQL reads them. */

export function numbers(values: readonly (number | bigint | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
}

/** Of texts that hold nothing which would need quotes: ids, dates. */
export function plainTexts(values: readonly string[]): string {
  return `{${values.join()}}`;
}

export function texts(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : quote(value))).join()}}`;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
