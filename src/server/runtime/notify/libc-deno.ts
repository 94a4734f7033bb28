import {
  AF_UNIX,
  CLOCK_MONOTONIC,
  DATAGRAM_CLOEXEC,
  type LibC,
  LIBC_NAMES,
  SEND_FLAGS,
  toMicroseconds,
} from './libc.ts';

/** The part of Deno's foreign functions that is used here; its types are not part of this project's. */
interface DenoNamespace {
  dlopen(
    name: string,
    symbols: Readonly<Record<string, { readonly parameters: readonly string[]; readonly result: string }>>,
  ): {
    readonly symbols: {
      socket(domain: number, type: number, protocol: number): number;
      sendto(
        socket: number,
        bytes: Uint8Array,
        length: bigint,
        flags: number,
        address: Uint8Array,
        addressLength: number,
      ): number | bigint;
      clock_gettime(clock: number, time: BigInt64Array): number;
    };
  };
}

/** Throws where there is no such library, and without `--allow-ffi`. */
export function openLibC(): LibC {
  const { socket, sendto, clock_gettime } = load();
  return {
    openDatagramSocket: () => socket(AF_UNIX, DATAGRAM_CLOEXEC, 0),
    send: (to, bytes, address) =>
      Number(sendto(to, bytes, BigInt(bytes.length), SEND_FLAGS, address, address.length)) === bytes.length,
    monotonicUs() {
      const time = new BigInt64Array(2);
      clock_gettime(CLOCK_MONOTONIC, time);
      return toMicroseconds(time);
    },
  };
}

function load() {
  const { Deno } = globalThis as unknown as { Deno: DenoNamespace };
  let failure: unknown;
  for (const name of LIBC_NAMES) {
    try {
      return Deno.dlopen(name, {
        socket: { parameters: ['i32', 'i32', 'i32'], result: 'i32' },
        sendto: { parameters: ['i32', 'buffer', 'u64', 'i32', 'buffer', 'u32'], result: 'i64' },
        clock_gettime: { parameters: ['i32', 'buffer'], result: 'i32' },
      }).symbols;
    } catch (cause) {
      failure ??= cause;
    }
  }
  throw failure;
}
