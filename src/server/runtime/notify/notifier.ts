import { setTimeout } from 'node:timers';

/** Sends one datagram; false when it was not taken. */
export type SendDatagram = (bytes: Uint8Array<ArrayBuffer>) => boolean;

/** Fields of one message, in the words of sd_notify(3). */
export type Fields = Readonly<Record<string, string | number | bigint>>;

const RETRY_MS = 100;
/** A service manager that takes nothing for this long is gone, or never was. */
const MAX_TRIES = 50;
const MAX_STATUS = 500;

/**
 * Messages to the service manager, in their order. One that is not taken, because its queue is full, is sent again; the
 * manager would otherwise wait for a start that is over.
 */
export class Notifier {
  readonly #send: SendDatagram;
  readonly #onLost: () => void;
  readonly #retryMs: number;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  #tries = 0;

  constructor(send: SendDatagram, onLost: () => void, retryMs = RETRY_MS) {
    this.#send = send;
    this.#onLost = onLost;
    this.#retryMs = retryMs;
  }

  say(fields: Fields): void {
    this.#waiting.push(encode(fields));
    if (this.#waiting.length === 1) this.#flush();
  }

  /** A message whose next one comes soon: it is not waited for. */
  hint(fields: Fields): void {
    if (this.#waiting.length === 0) this.#send(encode(fields));
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#send(next)) this.#tries = 0;
      else if (++this.#tries < MAX_TRIES) {
        setTimeout(() => this.#flush(), this.#retryMs).unref();
        return;
      } else {
        this.#tries = 0;
        this.#onLost();
      }
      this.#waiting.shift();
    }
  }
}

function encode(fields: Fields): Uint8Array<ArrayBuffer> {
  const lines = Object.entries(fields).map(([name, value]) => `${name}=${oneLine(String(value))}\n`);
  return new TextEncoder().encode(lines.join(''));
}

/** A line break within a value would begin another field. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_STATUS);
}
