/** A file of an archive. */
export interface PackedFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

/** By path, in an order that no locale changes. */
export function inOrder(files: readonly PackedFile[]): PackedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
