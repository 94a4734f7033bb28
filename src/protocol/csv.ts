/** Comma-separated values as RFC 4180 has them, one line without its end. */
export function csvLine(cells: readonly (string | number)[]): string {
  return cells.map(toCell).join(',');
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe: names of models are anybody's. */
function toCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+@\t\r]|^-(?![\d.]+$)/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
