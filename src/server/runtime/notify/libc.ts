/** What neither runtime offers by itself and the C library does. `libc-bun.ts` and `libc-deno.ts` make one each. */
export interface LibC {
  /** A Unix datagram socket, or -1. */
  openDatagramSocket(): number;
  /** Sends one datagram without waiting; false when it was not taken. */
  send(socket: number, bytes: Uint8Array<ArrayBuffer>, address: Uint8Array<ArrayBuffer>): boolean;
  /** Microseconds on the clock the service manager compares with; the runtimes' own begin with the process. */
  monotonicUs(): bigint;
}

/** glibc, then musl. */
export const LIBC_NAMES: readonly string[] = [
  'libc.so.6',
  `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`,
];

export const AF_UNIX = 1;
/** `SOCK_DGRAM | SOCK_CLOEXEC`. */
export const DATAGRAM_CLOEXEC = 2 | 0o2000000;
/** `MSG_DONTWAIT | MSG_NOSIGNAL`: the event loop must not wait for a busy service manager. */
export const SEND_FLAGS = 0x40 | 0x4000;
export const CLOCK_MONOTONIC = 1;

/** A `struct timespec` of a 64-bit system, in microseconds. */
export function toMicroseconds(timespec: BigInt64Array): bigint {
  return (timespec[0] ?? 0n) * 1_000_000n + (timespec[1] ?? 0n) / 1000n;
}
