/** Text as roff prints it, on lines of its own: no character of it is a request, a macro or an escape. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('…', '...')
    .replace(/^\./gm, '\\&.');
}

export function bold(text: string): string {
  return `\\fB${escapeRoff(text)}\\fR`;
}

export function heading(text: string): string {
  return `.SH ${escapeRoff(text).toUpperCase()}`;
}

/** A term and what it means below it. */
export function entry(term: string, text: string): string[] {
  return ['.TP', term, escapeRoff(text)];
}

/** Lines as they stand. */
export function literal(lines: readonly string[]): string[] {
  return ['.PP', '.nf', '.RS 2', ...lines.map(escapeRoff), '.RE', '.fi'];
}
