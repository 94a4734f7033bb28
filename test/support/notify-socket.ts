/** A socket as the service manager's: what a program tells it, message by message. */
import { dlopen } from 'bun:ffi';
import { rmSync } from 'node:fs';

type LibC = ReturnType<typeof openLibC>;
let opened: LibC | undefined;

const openLibC = () =>
  dlopen('libc.so.6', {
    socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
    bind: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
    recv: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i64' },
    close: { args: ['i32'], returns: 'i32' },
    clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' },
  }).symbols;

/** On first use: elsewhere than on Linux there is no such library, and nothing to test. */
const library = (): LibC => (opened ??= openLibC());

const [AF_UNIX, SOCK_DGRAM, MSG_DONTWAIT, CLOCK_MONOTONIC] = [1, 2, 0x40, 1];

export type Message = Readonly<Record<string, string>>;

export interface NotifySocket {
  /** For `NOTIFY_SOCKET`. */
  readonly name: string;
  /** Every message so far, its fields by name. */
  messages(): readonly Message[];
  /** Resolves with the first message that fits, of those to come and those there are. */
  got(fits: (message: Message) => boolean): Promise<Message>;
  close(): void;
}

/** `name` is a path, or `@name` in the abstract namespace. */
export function listenForNotifications(name: string): NotifySocket {
  const libc = library();
  const path = Buffer.from(name.startsWith('@') ? `\0${name.slice(1)}` : `${name}\0`);
  const address = Buffer.concat([Buffer.from(Uint16Array.of(AF_UNIX).buffer), path]);
  const socket = libc.socket(AF_UNIX, SOCK_DGRAM, 0);
  if (libc.bind(socket, address, address.length) !== 0) throw new Error(`cannot listen on ${name}`);
  const messages: Message[] = [];
  let isClosed = false;
  const buffer = Buffer.alloc(4096);
  const receive = () => {
    for (;;) {
      const length = Number(libc.recv(socket, buffer, BigInt(buffer.length), MSG_DONTWAIT));
      if (length <= 0) return messages;
      messages.push(parse(buffer.toString('utf8', 0, length)));
    }
  };
  return {
    name,
    messages: receive,
    async got(fits) {
      const deadline = performance.now() + 10_000;
      for (;;) {
        const message = receive().find(fits);
        if (message !== undefined) return message;
        if (performance.now() > deadline) throw new Error(`no such message among ${JSON.stringify(messages)}`);
        await Bun.sleep(5);
      }
    },
    close() {
      // Closed twice, it might by then be another file of this process.
      if (isClosed) return;
      isClosed = true;
      libc.close(socket);
      if (!name.startsWith('@')) rmSync(name, { force: true });
    },
  };
}

function parse(text: string): Message {
  if (!text.endsWith('\n')) throw new Error(`not lines: ${JSON.stringify(text)}`);
  return Object.fromEntries(
    text
      .slice(0, -1)
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The clock of the machine, in microseconds. */
export function monotonicUs(): number {
  const time = new BigInt64Array(2);
  library().clock_gettime(CLOCK_MONOTONIC, time);
  return Number((time[0] ?? 0n) * 1_000_000n + (time[1] ?? 0n) / 1000n);
}
