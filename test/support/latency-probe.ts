/**
 * Asks `/livez` again and again on a thread of its own, so that what it measures is the gateway's event loop and not
 * the test's.
 */
import { RawClient, rawRequest } from './raw.ts';

export interface LatencyProbe {
  /** Ends the probe; resolves with the slowest answer, in ms. */
  stop(): Promise<number>;
}

export async function startLatencyProbe(port: number): Promise<LatencyProbe> {
  const worker = new Worker(import.meta.url);
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<number>();
  worker.onmessage = ({ data }: MessageEvent<'started' | number>) => {
    if (data === 'started') started.resolve();
    else stopped.resolve(data);
  };
  worker.onerror = (event) => stopped.reject(new Error(event.message));
  worker.postMessage(port);
  await started.promise;
  return {
    stop: async () => {
      worker.postMessage('stop');
      const slowestMs = await stopped.promise;
      worker.terminate();
      return slowestMs;
    },
  };
}

if (!Bun.isMainThread) {
  let stopping = false;
  addEventListener('message', ({ data }: MessageEvent<number | 'stop'>) => {
    if (data === 'stop') stopping = true;
    else void probe(data);
  });

  const probe = async (port: number): Promise<void> => {
    const client = await RawClient.connect(port);
    const ask = async () => {
      const askedAt = performance.now();
      await client.send(rawRequest('/livez'));
      await client.response({ timeoutMs: 60_000 });
      return performance.now() - askedAt;
    };
    await ask();
    postMessage('started');
    let slowestMs = 0;
    while (!stopping) {
      slowestMs = Math.max(slowestMs, await ask());
      await Bun.sleep(1);
    }
    client.close();
    postMessage(slowestMs);
  };
}
