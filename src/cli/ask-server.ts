import { request } from 'node:http';
import type { Listen } from '../config/config.ts';

const BUDGET_MS = 2000;

/** Asks the server that listens there; resolves with the status of its answer, rejects without one. */
export function askServer(listen: Listen, path: string): Promise<number> {
  const where =
    listen.kind === 'unix' ? { socketPath: listen.path } : { host: reachable(listen.host), port: listen.port };
  return new Promise((resolve, reject) => {
    const asking = request({ ...where, path, timeout: BUDGET_MS, headers: { host: 'localhost' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer in time')));
    asking.on('error', reject);
    asking.end();
  });
}

/** An address that means "every interface" is listened on, not dialled. */
export function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' || host === '[::]' ? '::1' : host;
}
