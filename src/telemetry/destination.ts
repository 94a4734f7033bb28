import pino, { type DestinationStream } from 'pino';
import pretty from 'pino-pretty';

export interface LogDestination {
  readonly stream: DestinationStream;
  /** Writes what is buffered, at once. To be called before the process ends. */
  flush(): void;
}

/** Lines are written together: one system call for each would cost more than making the line does. */
const BUFFER_BYTES = 8 * 1024;
const FLUSH_MS = 200;

/** Standard output: JSON lines, or for people where a terminal shows them. */
export function openDestination(isTerminal: boolean, color: boolean): LogDestination {
  if (isTerminal) {
    const stream = pretty({
      sync: true,
      colorize: color,
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'pid,hostname,request_id,msg',
      messageFormat: '{msg} {method} {route} {status} {model} {duration_ms}ms',
      hideObject: false,
      singleLine: true,
    });
    return { stream, flush: () => undefined };
  }
  const stream = pino.destination({ dest: 1, sync: true, minLength: BUFFER_BYTES });
  const timer = setInterval(() => stream.flush(), FLUSH_MS);
  timer.unref();
  return { stream, flush: () => stream.flushSync() };
}
