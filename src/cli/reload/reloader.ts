import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { digestOf } from '../../config/digest.ts';
import type { LoadResult } from '../../config/load.ts';
import type { ServiceManager } from '../../server/runtime/notify/service-manager.ts';
import { judge, type Verdict } from './verdict.ts';

export interface ReloaderOptions {
  /** The one the server was started with. */
  readonly config: Config;
  /** Reads it again from where it was read. */
  readonly load: () => LoadResult;
  readonly server: { reload(config: Config): void };
  readonly metrics: { configLoaded(hash: string): void; configRefused(): void };
  readonly logger: Logger;
  readonly manager: Pick<ServiceManager, 'reloading' | 'reloaded'>;
}

/** Has a running server take over a changed configuration, whole or not at all. */
export class Reloader {
  readonly #options: ReloaderOptions;
  #config: Config;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#config = options.config;
  }

  /** The one in use. */
  get config(): Config {
    return this.#config;
  }

  /** Reads the file again. Whatever comes of it is told in the log, in a metric and to the service manager. */
  reload(): Verdict {
    const { load, metrics, logger, manager } = this.#options;
    manager.reloading();
    const read = load();
    for (const { path, line, severity, message, fix } of read.problems) {
      logger[severity === 'error' ? 'error' : 'warn']({ path, line, fix }, message);
    }
    const verdict = this.#take(judge(this.#config, read));
    if (verdict.kind === 'bad') {
      metrics.configRefused();
      const { restartFor } = verdict;
      logger.error({ restart_for: restartFor.length === 0 ? undefined : restartFor }, verdict.why);
    } else {
      metrics.configLoaded(digestOf(verdict.fresh));
      logger.info('configuration reloaded');
    }
    manager.reloaded(verdict.kind === 'bad' ? verdict.note : '');
    return verdict;
  }

  #take(verdict: Verdict): Verdict {
    if (verdict.kind === 'bad') return verdict;
    const { server, logger } = this.#options;
    try {
      server.reload(verdict.fresh);
    } catch (cause) {
      // A server that could not build one thing of a file goes on with what it has.
      const why = `the configuration cannot be used (${(cause as Error).message}); the one in use stays`;
      return { kind: 'bad', note: 'the file cannot be used, the configuration before it stays', why, restartFor: [] };
    }
    logger.level = verdict.fresh.log.level;
    this.#config = verdict.fresh;
    return verdict;
  }
}
