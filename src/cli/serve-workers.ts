import { createServer } from 'node:net';
import type { Command } from 'commander';
import type { Config, Listen } from '../config/config.ts';
import type { LoadResult } from '../config/load.ts';
import { connectServiceManager } from '../server/runtime/notify/service-manager.ts';
import { spawnWorker } from '../server/workers/spawn-worker.ts';
import { Supervisor, WorkerFailed } from '../server/workers/supervisor.ts';
import { openDestination } from '../telemetry/destination.ts';
import { createLogger } from '../telemetry/log.ts';
import { catchStopSignals } from './catch-stop-signals.ts';
import { type CliContext, CliError, fail, type GlobalOptions } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { judge } from './reload/verdict.ts';

const WELCOME = '--welcome';

/**
 * Runs `serve` in as many processes as the configuration says, each with the arguments of this one. `load` reads the
 * configuration again.
 */
export async function serveByWorkers(
  config: Config,
  load: () => LoadResult,
  command: Command,
  context: CliContext,
): Promise<void> {
  if (!('Bun' in globalThis)) fail(EXIT.BAD_CONFIG, 'server.workers: more than one needs the executable, or Bun');
  if (process.platform !== 'linux') fail(EXIT.BAD_CONFIG, 'server.workers: more than one needs Linux');
  await refuseTakenAddress(config.listen);
  const { color } = command.optsWithGlobals<GlobalOptions>();
  const { workers } = config.server;
  const log = openDestination(context.stdout.isTTY === true, color !== false && (context.env['NO_COLOR'] ?? '') === '');
  const logger = createLogger(config.log.level, log.stream);
  const supervisor = new Supervisor({
    count: workers,
    // One key for all, made once.
    spawn: (index, isFirst) => spawnWorker(index, { ...context, without: index === 0 && isFirst ? [] : [WELCOME] }),
    onLost: (index, how) => logger.error({ worker: index, ended: how }, 'a worker ended; another takes its place'),
  });
  const manager = await connectServiceManager({
    env: context.env,
    isHealthy: () => supervisor.isHealthy(),
    onProblem: (what) => logger.error(what),
  });
  if (config.redis === undefined) {
    logger.warn(
      'without redis each worker counts limits per minute and concurrency, and keeps answers for an Idempotency-Key, by itself',
    );
  }
  process.on('SIGHUP', () => {
    manager.reloading();
    // Each worker judges for itself, tells what is wrong, and shows it in its metrics.
    supervisor.reload();
    const verdict = judge(config, load());
    manager.reloaded(verdict.kind === 'bad' ? verdict.note : '');
  });
  const stopAsked = catchStopSignals({ again: () => supervisor.interrupt(), dump: () => supervisor.dump() });
  try {
    const url = await Promise.race([supervisor.start(), stopAsked]);
    if (url !== undefined) {
      logger.info({ url, workers }, 'all workers listen');
      log.flush();
      manager.ready(`${workers} workers, listening on ${url}`);
    }
    await stopAsked;
  } catch (cause) {
    await supervisor.stop();
    log.flush();
    if (cause instanceof WorkerFailed) throw new CliError(cause.exitCode as ExitCode, '');
    throw cause;
  }
  manager.stopping('no new connections; requests in flight may finish', config.server.drainTimeoutMs);
  await supervisor.stop();
  manager.stopped();
  logger.info('all workers have stopped');
  log.flush();
}

/** The workers' own listening would not tell: an address that is shared is shared with whoever else shares it. */
async function refuseTakenAddress(at: Listen): Promise<void> {
  if (at.kind !== 'tcp') return;
  const probe = createServer();
  const cause = await new Promise<Error | undefined>((resolve) => {
    probe.once('error', resolve);
    probe.listen({ host: at.host, port: at.port }, () => probe.close(() => resolve(undefined)));
  });
  if (cause === undefined) return;
  const isTaken = (cause as { code?: unknown }).code === 'EADDRINUSE';
  const why = isTaken
    ? 'the address is in use; stop what listens there or choose another with --listen'
    : cause.message;
  fail(EXIT.UNAVAILABLE, `cannot listen on ${at.text}: ${why}`);
}
