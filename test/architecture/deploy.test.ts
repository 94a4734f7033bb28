/** The files of deploy/ name what the program knows: its verbs, routes, variables, ports and options. */
import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { configOf } from '../../src/config/load.fixture.ts';
import { CONFIG_VARIABLE, OVERRIDES } from '../../src/config/overrides.ts';
import { PRESETS } from '../../src/config/presets.ts';
import { ROOT, readSources } from './import-graph.ts';

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}
interface Variable {
  readonly name: string;
  readonly value?: string;
}
interface Mount {
  readonly name: string;
  readonly mountPath: string;
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly args: readonly string[];
  readonly env: readonly Variable[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: { readonly requests: object; readonly limits: Readonly<Record<string, string>> };
  readonly volumeMounts: readonly Mount[];
}
interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
}
interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: { readonly template: { readonly spec: Pod }; readonly ports: readonly { readonly port: number }[] };
}

const read = (...path: string[]) => readFileSync(join(ROOT, 'deploy', ...path), 'utf8');
const documentsOf = (name: string): Document[] =>
  parseAllDocuments(read('kubernetes', name)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Document;
  });
const find = (documents: readonly Document[], kind: string): Document => {
  const found = documents.find((document) => document.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};

const DEFAULTS = configOf(undefined);
const PORT = DEFAULTS.listen.kind === 'tcp' ? DEFAULTS.listen.port : 0;
const DRAIN_S = DEFAULTS.server.drainTimeoutMs / 1000;
const routes = readSources()
  .filter(({ path }) => path.startsWith('src/server/'))
  .map(({ text }) => text)
  .join('\n');
const known = new Set([
  CONFIG_VARIABLE,
  ...OVERRIDES.flatMap(({ env }) => env ?? []),
  ...PRESETS.flatMap(({ keyEnv }) => keyEnv),
]);

const gateway = documentsOf('gateway.yaml');
const sidecar = documentsOf('sidecar.yaml');
const gatewayPod = find(gateway, 'Deployment').spec.template.spec;
const sidecarPod = find(sidecar, 'Deployment').spec.template.spec;
const pods: readonly (readonly [string, Pod, Container | undefined])[] = [
  ['gateway.yaml', gatewayPod, gatewayPod.containers[0]],
  ['sidecar.yaml', sidecarPod, sidecarPod.initContainers?.[0]],
];

describe.each(pods)('%s', (_, pod, container) => {
  if (container === undefined) throw new Error('no container');
  const variables = new Map(container.env.map(({ name, value }) => [name, value]));

  test('sets variables that the program reads', () => {
    expect(container.env.length).toBeGreaterThan(2);
    expect(container.env.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
    const { listen } = configOf(undefined, { env: { TOKENHARBOR_LISTEN: variables.get('TOKENHARBOR_LISTEN') } });
    expect(listen).toMatchObject({ kind: 'tcp', port: PORT });
  });

  test('asks for health where the program tells it', () => {
    const ask = ({ httpGet, exec }: Probe) => httpGet?.path ?? exec?.command.join(' ') ?? '';
    const isReady = ['/readyz', '/tokenharbor health'];
    expect(isReady).toContain(ask(container.startupProbe));
    expect(isReady).toContain(ask(container.readinessProbe));
    expect(['/livez', '/tokenharbor health --live']).toContain(ask(container.livenessProbe));
    for (const path of ['/livez', '/readyz']) expect(routes).toContain(`'${path}'`);
    const listensToAll = variables.get('TOKENHARBOR_LISTEN')?.startsWith('0.0.0.0:') === true;
    // A kubelet cannot reach a loopback address.
    expect(container.livenessProbe.httpGet !== undefined).toBe(listensToAll);
    if (listensToAll) expect(container.ports).toEqual([{ name: 'http', containerPort: PORT }]);
  });

  test('gives a stop the time that it takes', () => {
    const flag = container.args[container.args.indexOf('--drain-timeout') + 1];
    const drain = container.args.includes('--drain-timeout') ? Number(flag?.replace(/s$/, '')) : DRAIN_S;
    const before = container.lifecycle?.preStop.sleep.seconds ?? 0;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(before + drain + 10);
  });

  test('gives the program no right it does not need', () => {
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const both = { ...pod.securityContext, ...container.securityContext };
    expect(both).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.resources.limits['memory']).toBeDefined();
    expect(container.resources.limits['cpu']).toBeUndefined();
  });

  test('mounts volumes that are there, and data where the program keeps it', () => {
    const volumes = new Set(pod.volumes.map(({ name }) => name));
    expect(container.volumeMounts.filter(({ name }) => !volumes.has(name))).toEqual([]);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain(
      variables.get('TOKENHARBOR_DATA_DIR') ?? '',
    );
  });
});

test('the configuration of gateway.yaml is one', () => {
  const [[name, text] = ['', '']] = Object.entries(find(gateway, 'ConfigMap').data ?? {});
  const folder = '/etc/tokenharbor';
  const { config, problems } = loadConfig({
    flags: {},
    env: { TOKENHARBOR_CONFIG: `${folder}/${name}`, TOKENHARBOR_DATA_DIR: '/data' },
    cwd: '/',
    home: '/nonexistent',
    readFile: (path) => ({ text: path === `${folder}/${name}` ? text : 'sk-0', mode: 0o440 }),
  });
  expect(problems).toEqual([]);
  expect(config?.server.drainTimeoutMs).toBe(DEFAULTS.server.drainTimeoutMs);
  const mounts = gatewayPod.containers[0]?.volumeMounts.map(({ mountPath }) => mountPath) ?? [];
  const named = [...text.matchAll(/\$\{file:(.+)\/[^/]+\}/g)].map(([, directory]) => directory ?? '');
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((directory) => !mounts.includes(directory))).toEqual([]);
  expect(find(gateway, 'Service').spec.ports).toMatchObject([{ port: PORT }]);
});

test('a sidecar is one: it stays, and it is called where it listens', () => {
  expect(sidecarPod.initContainers?.[0]?.restartPolicy).toBe('Always');
  const app = new Map(sidecarPod.containers[0]?.env.map(({ name, value }) => [name, value]));
  expect(app.get('OPENAI_BASE_URL')).toBe(`http://127.0.0.1:${PORT}/v1`);
  expect(app.get('ANTHROPIC_BASE_URL')).toBe(`http://127.0.0.1:${PORT}`);
});

test('compose.yaml sets variables that the program reads, and gives it no more rights than it needs', () => {
  const { services } = parse(read('compose', 'compose.yaml')) as { services: Record<string, Record<string, unknown>> };
  const { tokenharbor } = services;
  expect(((tokenharbor?.['environment'] ?? []) as string[]).filter((name) => !known.has(name))).toEqual([]);
  expect(tokenharbor).toMatchObject({
    ports: [`127.0.0.1:${PORT}:${PORT}`],
    read_only: true,
    cap_drop: ['ALL'],
    volumes: ['data:/data'],
    stop_grace_period: `${DRAIN_S + 10}s`,
  });
});

test('the Containerfile sets variables that the program reads, and listens where the others call', () => {
  const file = read('container', 'Containerfile');
  const set = [...file.matchAll(/^(?:ENV| {3}) (\w+)=(\S+)/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const ours = set.filter(([name]) => name.startsWith('TOKENHARBOR_'));
  expect(ours.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  expect(Object.fromEntries(set)).toMatchObject({
    TOKENHARBOR_LISTEN: `0.0.0.0:${PORT}`,
    TOKENHARBOR_DATA_DIR: '/data',
  });
  expect(file).toContain(`EXPOSE ${PORT}\n`);
  expect(file).toContain('CMD ["/tokenharbor", "health"]');
  // main.ts starts the process again where it is another number.
  expect(readFileSync(join(ROOT, 'src/main.ts'), 'utf8')).toContain(
    `'${Object.fromEntries(set)['BUN_CONFIG_MAX_HTTP_REQUESTS']}'`,
  );
});

const contract = join(resolve(process.env['TH_SHARED'] ?? join(ROOT, '../shared')), 'design/contract.md');
if (!existsSync(contract))
  console.error('SKIPPED: deploy/ is not held against the contract: it is not beside the project');
test.skipIf(!existsSync(contract))('what deploy/ relies on is public', () => {
  const text = readFileSync(contract, 'utf8');
  for (const word of [
    `127.0.0.1:${PORT}`,
    '/livez',
    '/readyz',
    '--drain-timeout',
    'TOKENHARBOR_CONFIG',
    '_LISTEN',
    '_DATA_DIR',
    '_DATABASE_URL',
  ]) {
    expect([word, text.includes(word)]).toEqual([word, true]);
  }
});
