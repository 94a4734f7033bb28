/**
 * PIPE_BUF of Linux: so many bytes at once go into a pipe in one piece, whoever else writes to it. Of more, a part may
 * be taken, and another process's lines stand in the middle of one.
 */
export const PIPE_BYTES = 4096;

/** Lines together, in texts that a pipe takes in one piece. A line that is longer stands alone. */
export function inPieces(lines: readonly string[]): string[] {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const line of lines) {
    const more = Buffer.byteLength(line);
    if (bytes > 0 && bytes + more > PIPE_BYTES) {
      pieces.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += line;
    bytes += more;
  }
  return bytes > 0 ? [...pieces, piece] : pieces;
}
