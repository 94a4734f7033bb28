import { dlopen } from 'bun:ffi';
import {
  AF_UNIX,
  CLOCK_MONOTONIC,
  DATAGRAM_CLOEXEC,
  type LibC,
  LIBC_NAMES,
  SEND_FLAGS,
  toMicroseconds,
} from './libc.ts';

/** Throws where there is no such library, or where memory cannot be made executable. */
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
  let failure: unknown;
  for (const name of LIBC_NAMES) {
    try {
      return dlopen(name, {
        socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
        sendto: { args: ['i32', 'ptr', 'u64', 'i32', 'ptr', 'u32'], returns: 'i64' },
        clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' },
      }).symbols;
    } catch (cause) {
      failure ??= cause;
    }
  }
  throw failure;
}
