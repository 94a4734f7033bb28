/** The program on a data directory of the test's choice, before a scripted upstream of each shape, with prices. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from './answers.ts';
import { type ClientShape, post, requestBody } from './clients.ts';
import { freePorts } from './free-ports.ts';
import { type CommandResult, programCommand } from './gateway.ts';
import { runProgram, startProgram, type RunningProgram } from './program.ts';
import { providerOf } from './relay-fixture.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';

/** What 12 tokens in and 3 out cost, in nano-dollars: what every whole answer comes to. */
export const ANSWER_COST = 18_000n;

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the program is started by, such as `strace`. */
  readonly wrapper?: readonly string[];
}

export interface PricedProgram {
  readonly upstream: ScriptedUpstream;
  readonly dataDir: string;
  /** Lets streams of the model `SHAPE/held` go on that have begun. */
  release(): void;
  /** The running one; another is started once it has ended. */
  start(options?: StartOptions): Promise<RunningProgram>;
  /** Starts it, whatever comes of it. */
  launch(options?: StartOptions): Promise<RunningProgram>;
  verb(...args: string[]): Promise<CommandResult>;
  mint(...flags: string[]): Promise<{ readonly id: string; readonly key: string }>;
  /** Of a model of the shape: `SHAPE/plain` answers at once, `SHAPE/held` begins a stream and waits. */
  ask(shape: ClientShape, key: string, extra?: object): Promise<Response>;
  readyz(): Promise<number>;
  stop(): Promise<void>;
}

/** How many events `SHAPE/held` sends before it waits: one of them has text. */
const BEGUN: Record<ClientShape, number> = { openai: 2, anthropic: 4 };

/** `directory`: for the configuration; the data may lie elsewhere. */
export async function pricedProgram(directory: string, dataDir: string, more: object = {}): Promise<PricedProgram> {
  const upstream = await ScriptedUpstream.start();
  let gate = Promise.withResolvers<void>();
  const models: Record<string, object> = {};
  for (const shape of ['openai', 'anthropic'] as const) {
    const events = shape === 'openai' ? openaiStream() : anthropicStream();
    upstream.on(`${shape}-plain`, (exchange) =>
      exchange.request.text().includes('"stream":true')
        ? exchange.stream(events)
        : exchange.json(200, shape === 'openai' ? openaiCompletion() : anthropicMessage()),
    );
    upstream.on(`${shape}-held`, async (exchange) => {
      await exchange.stream(events.slice(0, BEGUN[shape]), { ending: 'keep-open' });
      await gate.promise;
      await exchange.write(events.slice(BEGUN[shape]).join(''));
      await exchange.end();
    });
    for (const name of ['plain', 'held']) {
      models[`${shape}/${name}`] = {
        targets: [{ provider: shape, model: `${shape}-${name}` }],
        price: { input: 1, output: 2 },
      };
    }
  }
  const config = join(directory, 'config.json');
  const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
  writeFileSync(config, JSON.stringify({ retry: { attempts: 1 }, providers, models, ...more }), { mode: 0o600 });
  const flags = ['--config', config, '--data-dir', dataDir];
  const started: RunningProgram[] = [];
  let url = '';

  const launch = async ({ env = {}, wrapper = [] }: StartOptions = {}) => {
    const [port = 0, admin = 0] = await freePorts(2);
    url = `http://127.0.0.1:${port}`;
    const program = startProgram(['serve', ...flags, '--listen', `127.0.0.1:${port}`], {
      command: [...wrapper, ...programCommand()],
      env: { TOKENHARBOR_ADMIN_LISTEN: `127.0.0.1:${admin}`, ...env },
    });
    started.push(program);
    return program;
  };
  const verb = (...args: string[]) => runProgram([...args, ...flags]);

  return {
    upstream,
    dataDir,
    release() {
      gate.resolve();
      gate = Promise.withResolvers<void>();
    },
    launch,
    async start(options) {
      const program = await launch(options);
      await program.listening();
      return program;
    },
    verb,
    async mint(...more) {
      const { code, stdout, stderr } = await verb('keys', 'create', '--name', 'k', '--json', ...more);
      if (code !== 0) throw new Error(`keys create: exit ${code}\n${stdout}${stderr}`);
      return JSON.parse(stdout) as { id: string; key: string };
    },
    ask: (shape, key, extra = {}) =>
      post({ url, key }, shape, requestBody(shape, `${shape}/plain`, { max_tokens: 64, ...extra })),
    readyz: async () => (await fetch(`${url}/readyz`)).status,
    async stop() {
      gate.resolve();
      for (const program of started) await program.close();
      await upstream.stop();
    },
  };
}
