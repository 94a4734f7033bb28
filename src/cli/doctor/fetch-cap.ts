import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpUpstream } from '../../gateway/upstream/client.ts';
import type { Finding } from './finding.ts';

/** More than the 256 that the runtime does at a time unless it is told otherwise when it starts. */
const STREAMS = 300;
const PATIENCE_MS = 10_000;
const check = 'streams at a time';

/** Opens streams as the gateway does, to a server of its own on loopback, and counts those that began together. */
export async function checkFetchCap(streams = STREAMS, patienceMs = PATIENCE_MS): Promise<Finding> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
  });
  server.listen(0, '127.0.0.1', streams);
  await new Promise((listening, failed) => server.once('listening', listening).once('error', failed));
  const { port } = server.address() as AddressInfo;
  const abort = new AbortController();
  try {
    const opened = await openAll(port, streams, abort.signal, patienceMs);
    const detail = `${opened} of ${streams} streams opened together on loopback`;
    if (opened === streams) return { check, status: 'ok', detail };
    const fix = 'Raise the limit on open files, and let nothing set BUN_CONFIG_MAX_HTTP_REQUESTS.';
    return { check, status: 'fail', detail, fix };
  } finally {
    abort.abort();
    server.closeAllConnections();
    server.close();
  }
}

async function openAll(port: number, streams: number, signal: AbortSignal, patienceMs: number): Promise<number> {
  const upstream = new HttpUpstream({
    shape: 'openai',
    baseUrl: `http://127.0.0.1:${port}`,
    apiKeys: [],
    headers: {},
    dialect: { auth: 'none', usageInStream: false, eofWithoutDone: 'error' },
    userAgent: 'tokenharbor-doctor',
    via: '1.1 tokenharbor-doctor',
  });
  const body = new TextEncoder().encode('{}');
  let opened = 0;
  const cancels: (() => Promise<void>)[] = [];
  const open = async () => {
    const answer = await upstream.send({ shape: 'openai', path: '/', headers: undefined, body, key: 0, signal });
    const reader = answer.body?.getReader();
    if (reader === undefined) return;
    cancels.push(() => reader.cancel());
    if (!(await reader.read()).done) opened++;
  };
  const all = Promise.allSettled(Array.from({ length: streams }, open));
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, patienceMs);
  await Promise.race([all, late.promise]);
  clearTimeout(timer);
  const count = opened;
  await Promise.allSettled(cancels.map((cancel) => cancel()));
  return count;
}
