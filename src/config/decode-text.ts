/** What is said of bytes that are no text. */
export const NOT_TEXT = 'not UTF-8 text';

/**
 * The text of a file's bytes, without a byte-order mark: UTF-8, or the UTF-16 that `>` of Windows PowerShell 5.1 writes,
 * known by its mark. Throws an error that says so when it is neither: a letter that is lost could be one of a secret.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new Error(NOT_TEXT);
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
