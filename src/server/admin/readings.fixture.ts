import { openTemporaryStores } from '../../accounts/store/temporary-stores.fixture.ts';
import { configOf } from '../../config/load.fixture.ts';
import { Recorder } from '../../telemetry/recent/recorder.ts';
import { buildGraph } from '../graph.ts';
import { appOf } from './app.fixture.ts';
import { createReadings } from './readings.ts';

/** What operators may look at, of stores of a test's own and a gateway that serves nothing. */
export function openReadings(text?: string, worker?: { readonly index: number; readonly count: number }) {
  const stores = openTemporaryStores();
  const recorder = new Recorder();
  const config = configOf(text);
  const { catalogue, orchestra } = buildGraph(config, { userAgent: 'tokenharbor', via: 'test' });
  const gateway = {
    view: { config, catalogue, orchestra, isDraining: false },
    sources: {
      streamsInFlight: () => 3,
      upstreamRequests: () => 5,
      breakers: () => [],
      ledger: () => ({ unwritten: 1, open: 2, heldNano: 7n, failure: undefined as Error | undefined }),
    },
    isReady: true,
    ready: async () => gateway.isReady,
    whatIf: async (request: Request, shape?: string) => ({ body: await request.text(), shape }),
  };
  const readings = createReadings({
    gateway,
    stores,
    recorder,
    events: { fault: (what, cause) => faults.push([what, cause]) },
    worker,
  });
  const faults: unknown[] = [];
  const { asPage, ask } = appOf(readings.routes);
  return {
    ask,
    asPage,
    gateway,
    stores,
    recorder,
    faults,
    readings,
    /** The document at a path, which must be there. */
    async get<T = Record<string, unknown>>(path: string): Promise<T> {
      const response = await asPage('GET', path);
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async close() {
      readings.close();
      recorder.close();
      await stores.close();
    },
  };
}
