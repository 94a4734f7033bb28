import { createServer } from 'node:net';
import type { Listen } from '../../config/config.ts';
import { askServer } from '../ask-server.ts';
import type { Finding } from './finding.ts';

/** Whether a server could listen there, or one of ours does already. */
export async function checkAddress(listen: Listen, check = 'address'): Promise<Finding> {
  const failure = await tryToListen(listen);
  if (failure === undefined) return { check, status: 'ok', detail: `${listen.text} is free` };
  if (failure === 'EADDRINUSE') {
    const answer = await askServer(listen, '/livez').catch((cause: NodeJS.ErrnoException) => cause.code);
    if (answer === 200) return { check, status: 'ok', detail: `a server answers on ${listen.text}` };
    if (listen.kind === 'unix' && answer === 'ECONNREFUSED') {
      return { check, status: 'ok', detail: `${listen.text} is left over from a server that is gone` };
    }
    const fix = 'Stop what listens there, or choose another address.';
    return { check, status: 'fail', detail: `something else listens on ${listen.text}`, fix };
  }
  return {
    check,
    status: 'fail',
    detail: `cannot listen on ${listen.text}: ${failure}`,
    fix: 'Choose another address.',
  };
}

/** Undefined: it could; else the code of the error. */
function tryToListen(listen: Listen): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
  const at = listen.kind === 'unix' ? { path: listen.path } : { host: listen.host, port: listen.port };
  server.listen({ ...at, exclusive: true }, () => server.close(() => resolve(undefined)));
  return promise;
}
