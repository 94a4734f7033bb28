import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Command, Option } from 'commander';
import { openStores } from '../accounts/store/open-stores.ts';
import { lockForServer } from '../accounts/store/sqlite/server-lock.ts';
import type { Config, Listen } from '../config/config.ts';
import { digestOf } from '../config/digest.ts';
import { isLoopback } from '../config/kinds.ts';
import { openAccounting } from '../server/accounting.ts';
import { createAdmin } from '../server/admin/create-admin.ts';
import type { AdminServer } from '../server/admin/server.ts';
import { GatewayServer } from '../server/gateway-server.ts';
import { Observability } from '../server/observability.ts';
import { connectServiceManager } from '../server/runtime/notify/service-manager.ts';
import { adminListenOf, asWorker, obeySupervisor } from '../server/workers/worker.ts';
import { openDestination } from '../telemetry/destination.ts';
import { createLogger, logEvents } from '../telemetry/log.ts';
import { readVersion, VERSION } from '../version.ts';
import { describeState } from '../telemetry/describe-state.ts';
import { noteAdminPlace } from './admin-place.ts';
import { catchStopSignals, type StopSignals } from './catch-stop-signals.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { loadFor, requireConfig, type VerbFlags } from './load-config.ts';
import { Reloader } from './reload/reloader.ts';
import { serveByWorkers } from './serve-workers.ts';
import { watchBooks } from './watch-books.ts';
import { welcome } from './welcome.ts';

interface ServeOptions extends VerbFlags {
  readonly welcome?: boolean;
}

const EXAMPLES = `
Examples:
  tokenharbor serve
  tokenharbor serve --config tokenharbor.yaml --listen unix:/run/tokenharbor/api.sock
  tokenharbor serve --welcome                          with a fresh key and lines to paste`;

export function registerServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('run the gateway')
    .addHelpText('after', EXAMPLES)
    .option('--listen <address>', 'HOST:PORT or unix:/path of the data listener (default 127.0.0.1:8787)')
    .option('--admin-listen <address>', 'the same of the admin listener, or off (default 127.0.0.1:8788)')
    .option('--drain-timeout <duration>', 'how long requests in flight may finish at a stop (default 30s)')
    .option('--workers <count>', 'processes that share the address, on Linux (default 1)')
    .addOption(new Option('--welcome', 'create a key, print it once and show how to call the gateway'))
    .action((options: ServeOptions, command: Command) => serve(options, command, context));
}

async function serve(options: ServeOptions, command: Command, context: CliContext): Promise<void> {
  const config = requireConfig(command, context, options);
  const load = () => loadFor(command, context, options);
  const worker = asWorker(context.env);
  const isFirst = worker === undefined || worker.index === 0;
  if (config.server.workers > 1 && worker === undefined) return serveByWorkers(config, load, command, context);
  const { color } = command.optsWithGlobals<GlobalOptions>();
  const lock = lockForServer(config.dataDir);
  const stores = await openStores(config);
  const isTerminal = context.stdout.isTTY === true;
  const hasColor = color !== false && (context.env.NO_COLOR ?? '') === '';
  const log = openDestination(isTerminal, hasColor, worker !== undefined);
  const logger = createLogger(config.log.level, log.stream, worker && { worker: worker.index });
  const observability = new Observability({ config, log: logEvents(logger), build: readVersion(), env: context.env });
  const { events, metrics } = observability;
  const reasoningSecret = await stores.secrets.secret('reasoning');
  const accounting = await openAccounting(config, stores, events, (tookMs) => metrics.ledgerCommitted(tookMs));
  const server = new GatewayServer({
    config,
    stores,
    accounting,
    events,
    version: VERSION,
    reasoningSecret,
    beginTrace: observability.beginTrace,
  });
  observability.watch(server);
  metrics.configLoaded(digestOf(config));
  const adminListen = config.adminListen && adminListenOf(config.adminListen, worker?.index ?? 0);
  const manager = await connectServiceManager({
    env: context.env,
    // A database of another machine that is out of reach is no better for a restart, which streams under way would not survive.
    isHealthy: async () => (await server.isHealthy()) || config.database !== undefined,
    onProblem: (what) => logger.error(what),
  });
  const reloader = new Reloader({ config, load, server, metrics, logger, manager });
  const reload = () => void reloader.reload();
  const signals: StopSignals = {
    again: () => server.interrupt(),
    dump() {
      const state = describeState(server.sources);
      logger.warn({ version: VERSION, config: digestOf(reloader.config), ...state }, 'state');
      log.flush();
    },
  };
  // Before it listens: whoever reads that it does may send a signal the next moment.
  const stopAsked = worker === undefined ? obeySignals(signals, reload) : obey(server, signals, reload);
  const createAdminAt = (at: Listen) =>
    createAdmin({
      listen: at,
      hosts: config.adminHosts,
      version: VERSION,
      server,
      stores,
      accounting,
      observability,
      worker: worker && { index: worker.index, count: config.server.workers },
    });
  const opened = adminListen && (await openAdmin(config, adminListen, createAdminAt));
  const adminUrl = opened?.url;
  const takeBackPlace = isFirst ? noteAdminPlace(config.dataDir, adminUrl) : () => undefined;
  const url = await listen(() => server.start(), config.listen, '--listen');
  const providers = config.providers.map(({ name }) => name);
  logger.info({ url, admin_url: adminUrl, data_dir: config.dataDir, providers }, 'listening');
  if (opened?.isElsewhere === true) {
    const said =
      'the admin listener is at another port: another program listens at its own; choose one with --admin-listen';
    logger.warn({ admin_url: adminUrl, taken: adminListen?.text }, said);
  }
  if (isOpenToOthers(adminListen)) {
    logger.warn({ admin_url: adminUrl }, 'other machines can reach the admin listener; its metrics need no key');
  }
  if (isFirst) await welcome({ config, stores, context, url, adminUrl, logger, asked: options.welcome === true });
  log.flush();
  const endLedgerWatch = isFirst ? watchBooks(config, command, context, observability, logger) : () => undefined;
  manager.ready(`listening on ${url}${opened?.isElsewhere === true ? `, admin on ${adminUrl}` : ''}`);
  worker?.ready(url);

  await stopAsked;
  endLedgerWatch();
  logger.info('stopping: no new connections; requests in flight may finish');
  const { drainTimeoutMs } = reloader.config.server;
  manager.stopping('no new connections; requests in flight may finish', drainTimeoutMs);
  await server.stop(drainTimeoutMs);
  manager.stopped();
  // What cannot be written now is kept beside the database, for the next start.
  await accounting.close().catch((cause: unknown) => events.fault('the ledger could not be closed', cause));
  await opened?.admin.stop();
  takeBackPlace();
  await observability.close();
  logger.info('stopped');
  await stores.close();
  lock.release();
  log.flush();
}

const ADMIN_FLAG = '--admin-listen';

interface OpenedAdmin {
  readonly admin: AdminServer;
  readonly url: string;
  /** It is not where it should be. */
  readonly isElsewhere: boolean;
}

/**
 * Opens the admin listener. An address that nobody chose, and that is taken, as by another gateway on this machine, does
 * not keep this one from having one: it gets a port that is free.
 */
async function openAdmin(
  { origins }: Config,
  at: Listen,
  create: (listen: Listen) => AdminServer,
): Promise<OpenedAdmin> {
  const open = async (place: Listen): Promise<Omit<OpenedAdmin, 'isElsewhere'>> => {
    const admin = create(place);
    return { admin, url: await listen(() => admin.start(), place, ADMIN_FLAG) };
  };
  try {
    return { ...(await open(at)), isElsewhere: false };
  } catch (cause) {
    if (origins['admin.listen']?.kind !== 'default' || at.kind !== 'tcp') throw cause;
    const anyPort: Listen = { ...at, port: 0, text: `${at.host}:0` };
    return { ...(await open(anyPort)), isElsewhere: true };
  }
}

/** By the system's code; the runtimes' own words for them differ. */
const CANNOT_LISTEN: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'the address is not available on this machine',
  ENAMETOOLONG: 'the path of the socket is too long',
  ENOENT: 'no such file or directory',
};

/** Resolves with the address. `flag`: how another one is chosen. */
async function listen<T>(start: () => Promise<T>, at: Listen, flag: string): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    let why = CANNOT_LISTEN[String(code)] ?? (cause as Error).message;
    // Of a name without an address Bun tells whatever error the system told last.
    if (!(await hasAddress(at))) why = 'the name has no address';
    else if (code === 'EADDRINUSE') {
      const off = flag === ADMIN_FLAG ? ` (${flag} off: none)` : '';
      why = `the address is in use; stop what listens there or choose another with ${flag}${off}`;
    }
    return fail(EXIT.UNAVAILABLE, `cannot listen on ${at.text}: ${why}`);
  }
}

function isOpenToOthers(at: Listen | undefined): boolean {
  if (at?.kind !== 'tcp') return false;
  return !isLoopback(isIP(at.host) === 6 ? `[${at.host}]` : at.host);
}

function hasAddress(at: Listen): Promise<boolean> {
  if (at.kind === 'unix') return Promise.resolve(true);
  return lookup(at.host).then(
    () => true,
    () => false,
  );
}

/** Resolves when a stop is asked for. A second signal cuts the drain short. */
function obeySignals(signals: StopSignals, reload: () => void): Promise<void> {
  process.on('SIGHUP', reload);
  return catchStopSignals(signals);
}

/** The same for a worker, by the word of its supervisor. */
function obey(server: GatewayServer, { again, dump }: StopSignals, reload: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  obeySupervisor({ reload, stop: resolve, interrupt: again, dump, isHealthy: () => server.isHealthy() });
  return promise;
}
