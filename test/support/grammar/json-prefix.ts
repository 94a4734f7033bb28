/**
 * Whether a text is the beginning of a JSON object, so that a lenient reader can make something of it. Looks at the
 * structure alone (strings, escapes, brackets): what a cut leaves behind is enough to tell it from junk.
 */
export function isObjectPrefix(text: string): boolean {
  const trimmed = text.trimStart();
  if (trimmed === '') return true;
  if (!trimmed.startsWith('{')) return false;
  const open: string[] = [];
  let inString = false;
  // A text that is not over is left out by lenient readers, whatever is in it.
  let isLegal = true;
  for (let i = 0; i < trimmed.length; i++) {
    const c = trimmed[i]!;
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"' && !isLegal) return false;
      else if (c === '"') inString = false;
      else if (c < ' ') isLegal = false;
      continue;
    }
    if (i > 0 && open.length === 0 && c.trim() !== '') return false;
    if (c === '"') inString = true;
    else if (c === '{') open.push('}');
    else if (c === '[') open.push(']');
    else if ((c === '}' || c === ']') && open.pop() !== c) return false;
  }
  return true;
}
