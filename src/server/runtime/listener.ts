export type Listen =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface ListenOptions {
  readonly listen: Listen;
  readonly handle: (request: Request) => Response | Promise<Response>;
  /** A connection whose request has not arrived whole is closed after this long without a byte. */
  readonly idleTimeoutS: number;
  /** Whether other processes may listen at the same address, and share what comes. */
  readonly isShared?: boolean;
}

/** A listening server. `bun.ts` and `deno.ts` make one each, with the same names in the same order. */
export interface Listener {
  /** `http://127.0.0.1:8787` or `unix:/path`. */
  readonly url: string;
  /** The request is in: its connection may be quiet from here on, however long the answer takes. */
  holdOpen(request: Request): void;
  /** The address at the other end of a request's connection; undefined for one that came by a socket of the file system. */
  peerOf(request: Request): string | undefined;
  /** Refuses new connections; resolves when the answers in flight have ended. */
  drain(): Promise<void>;
  /** Closes every connection now. */
  close(): Promise<void>;
}
