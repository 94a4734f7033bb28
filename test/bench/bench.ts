/**
 * What the gateway costs beside nginx as a bare reverse proxy and beside a plain forwarder on the same runtime. Every
 * figure is a median of interleaved runs; only the ratios mean anything.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchDecoders } from './decoder.ts';
import {
  buildRig,
  FOLDER,
  listening,
  type Load,
  type Measurement,
  measure,
  start,
  startNginx,
  stopAll,
  type Subject,
} from './rig.ts';

const ROOT = resolve(import.meta.dir, '../..');
const ROUNDS = Number(process.env.TH_ROUNDS ?? 5);
const SECONDS = Number(process.env.TH_SECONDS ?? 3);

interface Row {
  readonly name: string;
  readonly events: number;
  readonly paceUs: number;
  readonly connections: number;
  readonly shape: 'openai' | 'anthropic';
  readonly stream: boolean;
  /** The gateway's upstream speaks the other shape; nginx and the forwarder pass the client's own. */
  readonly crosses?: boolean;
  readonly bytes?: number;
  /** What is compared, and whether a smaller ratio is better. */
  readonly of: readonly (readonly [label: string, value: (m: Measurement) => number, target: string])[];
}

const cost = ['cost of a request', (m: Measurement) => m.cpuUsPerReq] as const;
const token = ['cost of a token', (m: Measurement) => m.cpuUsPerToken] as const;
const paced = [
  [...token, '≤ 1.25'],
  ['added delay of a token, p50', (m: Measurement) => m.lateP50Us, '≤ 1.5'],
  ['added delay of a token, p99', (m: Measurement) => m.lateP99Us, '≤ 2'],
] as const;

const ROWS: readonly Row[] = [
  { name: 'JSON', events: 50, paceUs: 0, connections: 20, shape: 'openai', stream: false, of: [[...cost, '≤ 2.5']] },
  {
    name: 'JSON, 1 MiB body',
    events: 50,
    paceUs: 0,
    connections: 8,
    shape: 'openai',
    stream: false,
    bytes: 1 << 20,
    of: [[...cost, '≤ 2']],
  },
  {
    name: 'SSE, OpenAI, 100 × 50 tokens/s',
    events: 200,
    paceUs: 20_000,
    connections: 100,
    shape: 'openai',
    stream: true,
    of: paced,
  },
  {
    name: 'SSE, Anthropic, 100 × 50 tokens/s',
    events: 200,
    paceUs: 20_000,
    connections: 100,
    shape: 'anthropic',
    stream: true,
    of: paced,
  },
  {
    name: 'SSE, OpenAI client, Anthropic upstream, 100 × 50 tokens/s',
    events: 200,
    paceUs: 20_000,
    connections: 100,
    shape: 'openai',
    stream: true,
    crosses: true,
    of: [[...token, '≤ 1.5']],
  },
  {
    name: 'SSE, Anthropic client, OpenAI upstream, 100 × 50 tokens/s',
    events: 200,
    paceUs: 20_000,
    connections: 100,
    shape: 'anthropic',
    stream: true,
    crosses: true,
    of: [[...token, '≤ 1.5']],
  },
  {
    name: 'SSE burst, 200 tokens',
    events: 200,
    paceUs: 0,
    connections: 20,
    shape: 'openai',
    stream: true,
    of: [['tokens/s', (m) => m.tokensPerS, '≥ 0.9']],
  },
  {
    name: 'SSE burst, 200 tokens, OpenAI client, Anthropic upstream',
    events: 200,
    paceUs: 0,
    connections: 20,
    shape: 'openai',
    stream: true,
    crosses: true,
    of: [['tokens/s', (m) => m.tokensPerS, '≥ 0.6']],
  },
  {
    name: 'SSE burst, 200 tokens, Anthropic client, OpenAI upstream',
    events: 200,
    paceUs: 0,
    connections: 20,
    shape: 'anthropic',
    stream: true,
    crosses: true,
    of: [['tokens/s', (m) => m.tokensPerS, '≥ 0.6']],
  },
  {
    name: 'one idle connection',
    events: 50,
    paceUs: 0,
    connections: 1,
    shape: 'openai',
    stream: false,
    of: [['first byte added, ms', (m) => m.firstByteP50Us / 1000, '≤ 1 ms']],
  },
];

const TEXT = 'A line of ordinary text, as a prompt has it, with a "quotation" now and then.\n';

const PORTS = { upstream: 29101, nginx: 29102, plain: 29103, gateway: 29104 };

buildRig();
console.log('| work | measure | gateway ÷ nginx | plain forwarder ÷ nginx | target |\n|---|---|---|---|---|');
try {
  const only = process.env.TH_ROW ?? '';
  for (const row of ROWS.filter(({ name }) => name.includes(only))) await benchRow(row);
  if ('in process'.includes(only)) for (const line of benchDecoders()) console.log(line);
} finally {
  await stopAll();
  rmSync(FOLDER, { recursive: true });
}

async function benchRow(row: Row): Promise<void> {
  start([join(FOLDER, 'upstream'), '-p', String(PORTS.upstream), '-n', String(row.events), '-u', String(row.paceUs)]);
  await listening(PORTS.upstream);
  const nginx = await startNginx(PORTS.nginx, PORTS.upstream);
  if (nginx === undefined) throw new Error('nginx is not installed: it is the yardstick');
  const subjects = [nginx, await startPlain(), await startGateway()];
  const results = new Map<string, Measurement[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const subject of subjects) {
      const measured = await measure(subject, loadOf(row, round));
      if (measured.bad > 0) throw new Error(`${subject.name}, ${row.name}: ${measured.bad} answers were bad`);
      results.get(subject.name)?.push(measured);
    }
  }
  await stopAll();
  for (const [label, value, target] of row.of) {
    const of = (name: string) => median((results.get(name) ?? []).map(value));
    const added = target.endsWith('ms');
    const show = (name: string) =>
      added ? `+ ${(of(name) - of('nginx')).toFixed(2)}` : (of(name) / of('nginx')).toFixed(2);
    console.log(`| ${row.name} | ${label} | **${show('gateway')}** | ${show('plain')} | ${target} |`);
  }
}

function loadOf(row: Row, round: number): Load {
  const content = row.bytes === undefined ? 'hi' : TEXT.repeat(Math.ceil(row.bytes / TEXT.length));
  const body = {
    model: (row.shape === 'openai') === (row.crosses === true) ? 'bench/a' : 'bench/o',
    max_tokens: 100,
    ...(row.stream ? { stream: true } : {}),
    messages: [{ role: 'user', content }],
  };
  return {
    connections: row.connections,
    seconds: SECONDS,
    // The first round also has to make the engine compile what it runs: of the gateway some 10,000 requests.
    warmUpS: round === 0 ? 10 : 1,
    path: row.shape === 'openai' ? '/v1/chat/completions' : '/v1/messages',
    body: JSON.stringify(body),
  };
}

async function startPlain(): Promise<Subject> {
  const child = start(
    [process.execPath, join(import.meta.dir, 'plain-forwarder.ts'), String(PORTS.plain), String(PORTS.upstream)],
    {
      env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '65535' },
    },
  );
  await listening(PORTS.plain);
  return { name: 'plain', port: PORTS.plain, pids: [child.pid] };
}

async function startGateway(): Promise<Subject> {
  const origin = `http://127.0.0.1:${PORTS.upstream}`;
  const config = {
    providers: {
      o: { shape: 'openai', base_url: `${origin}/v1`, api_key: 'none' },
      a: { shape: 'anthropic', base_url: origin, api_key: 'none' },
    },
    models: {
      'bench/o': { targets: [{ provider: 'o', model: 'rig' }], price: { input: 1, output: 2 } },
      'bench/a': { targets: [{ provider: 'a', model: 'rig' }], price: { input: 1, output: 2 } },
    },
  };
  const file = join(FOLDER, 'config.yaml');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const binary = join(ROOT, 'dist/tokenharbor');
  const flags = ['--config', file, '--data-dir', join(FOLDER, 'data')];
  // All that a key can have to be checked, held for and settled.
  const limits = ['--rpm', '1000000000', '--tpm', '1000000000', '--concurrency', '1000000', '--budget', '1000000'];
  const made = Bun.spawnSync([binary, 'keys', 'create', '--name', 'bench', '--json', ...limits, ...flags]);
  const { key } = JSON.parse(made.stdout.toString()) as { key: string };
  const child = start([binary, 'serve', ...flags, '--listen', `127.0.0.1:${PORTS.gateway}`], { log: 'gateway.log' });
  await listening(PORTS.gateway);
  return { name: 'gateway', port: PORTS.gateway, pids: [child.pid], key };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
