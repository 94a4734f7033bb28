import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import pretty from 'pino-pretty';
import { inPieces } from './whole-lines.ts';

export interface LogDestination {
  readonly stream: DestinationStream;
  /** Writes what is buffered, at once. To be called before the process ends. */
  flush(): void;
}

/** Lines wait this long to be written together: a system call for each would cost more than the line (30 µs to 4). */
const FLUSH_MS = 100;
/** And no longer than until this many characters are waiting. */
const BUFFER_CHARACTERS = 64 * 1024;
const STDOUT = 1;

/**
 * Standard output: JSON lines, or for people where a terminal shows them. `isShared`: other processes write there as
 * well.
 */
export function openDestination(isTerminal: boolean, color: boolean, isShared = false): LogDestination {
  return isTerminal ? openTerminal(color) : openLines(isShared);
}

function openTerminal(color: boolean): LogDestination {
  const stream = pretty({
    sync: true,
    colorize: color,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,request_id,msg,method,route,status,model,duration_ms',
    messageFormat: '{msg}{if status} {method} {route} {status} {model} {duration_ms}ms{end}',
    // `error` is a code here, to be read on the same line.
    errorLikeObjectKeys: [],
    singleLine: true,
  });
  return { stream, flush: () => undefined };
}

function openLines(isShared: boolean): LogDestination {
  let lines: string[] = [];
  let waiting = 0;
  const flush = () => {
    if (lines.length === 0) return;
    const texts = isShared ? inPieces(lines) : [lines.join('')];
    lines = [];
    waiting = 0;
    writeWhole(texts);
  };
  setInterval(flush, FLUSH_MS).unref();
  const write = (line: string) => {
    lines.push(line);
    waiting += line.length;
    if (waiting >= BUFFER_CHARACTERS) flush();
  };
  return { stream: { write }, flush };
}

/** Standard output may be a pipe whose reader is slow or gone: the gateway serves on, with or without its log. */
function writeWhole(texts: readonly string[]): void {
  let failures = 0;
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) {
      try {
        at += writeSync(STDOUT, bytes, at);
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === 'EPIPE') return;
        if (code !== 'EAGAIN') throw error;
        // For all of it together: so long and no longer does a request wait for the log.
        if (++failures === MAX_TRIES) return;
        Atomics.wait(SLEEPER, 0, 0, 1);
      }
    }
  }
}

const MAX_TRIES = 100;
const SLEEPER = new Int32Array(new SharedArrayBuffer(4));
