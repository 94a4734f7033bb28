/** A file of an archive. */
export interface PackedFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
  /** Left out: by whether it is executable. */
  readonly mode?: number;
}

/** A folder of an archive; its path ends with `/`. */
export function folder(path: string, mode = 0o755): PackedFile {
  return { path, bytes: new Uint8Array(0), isExecutable: true, mode };
}

/** By path, in an order that no locale changes. */
export function inOrder(files: readonly PackedFile[]): PackedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
