/** The image in a read-only root file system, as its own user, asked by its own health check. Needs root and buildah. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { runTool } from '../../deploy/release/run-tool.ts';

setDefaultTimeout(120_000);

const image = process.env['IMAGE'] ?? '';
const buildah = (...args: string[]) => runTool(['buildah', ...args], { cwd: import.meta.dir }).trim();
const missing = ['buildah', 'unshare', 'setpriv', 'ip', 'curl'].filter((tool) => Bun.which(tool) === null);
const reason =
  missing.length > 0
    ? `no ${missing.join(', ')}`
    : process.getuid?.() !== 0
      ? 'not root'
      : image === ''
        ? 'IMAGE is not set'
        : undefined;
if (reason !== undefined) console.error(`SKIPPED: the image is not tried: ${reason}`);

interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly StopSignal: string;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

describe.skipIf(reason !== undefined)('the container image', () => {
  const container = reason === undefined ? buildah('from', '--pull-never', image) : '';
  afterAll(() => {
    if (container !== '') buildah('rm', container);
  });

  test('serves from a read-only root, not as root, and its health check is green while it does', () => {
    const config = (JSON.parse(buildah('inspect', '--type', 'image', image)) as { Docker: { config: ImageConfig } })
      .Docker.config;
    expect(config.User).toBe('65532:65532');
    expect(config.StopSignal).toBe('SIGTERM');
    const [kind, ...health] = config.Healthcheck.Test;
    expect(kind).toBe('CMD');
    const root = buildah('mount', container);
    const said = runTool(
      [
        join(import.meta.dir, 'run-read-only.sh'),
        root,
        config.User,
        script([...config.Entrypoint, ...config.Cmd], health),
      ],
      {
        cwd: '/',
        env: Object.fromEntries(
          config.Env.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
        ),
      },
    );
    const facts = new Map(
      said
        .trim()
        .split('\n')
        .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    expect(facts.get('health before')).toBe('1');
    expect(facts.get('health')).toBe('0');
    expect(facts.get('uid')?.trim().split(/\s+/)).toEqual(['65532', '65532', '65532', '65532']);
    expect(facts.get('capabilities')?.trim()).toMatch(/^0+$/);
    expect(facts.get('root')).toMatch(/^ro\b/);
    expect(facts.get('live')).toBe('200');
    expect(facts.get('answer')).toContain('Hello! You wrote: ');
    expect(facts.get('stopped')).toBe('0');
    expect(facts.get('health after')).toBe('1');
  });

  test('has the executable, its libraries and a few texts in it, and no shell', () => {
    const root = buildah('mount', container);
    const files = runTool(['find', '.', '-type', 'f'], { cwd: root }).trim().split('\n');
    const odd = files.filter(
      (path) =>
        !/^\.\/(?:tokenharbor|lib\S*\.so[.\d]*|etc\/(?:passwd|group|nsswitch\.conf|ssl\/certs\/ca-certificates\.crt)|usr\/share\/doc\/tokenharbor\/LICENSE)$/.test(
          path,
        ),
    );
    expect(files.length).toBeGreaterThan(8);
    expect(odd).toEqual([]);
  });
});

function script(serve: readonly string[], health: readonly string[]): string {
  return `
    healthy() { if inside ${health.join(' ')} >/dev/null 2>&1; then echo 0; else echo $?; fi; }
    echo "health before=$(healthy)"
    enter ${serve.join(' ')} >/tmp/serve.$$ 2>&1 &
    server=$!
    for _ in $(seq 100); do [ "$(healthy)" = 0 ] && break; sleep 0.1; done
    echo "health=$(healthy)"
    echo "uid=$(sed -n 's/^Uid://p' /proc/$server/status)"
    echo "capabilities=$(sed -n 's/^CapPrm://p' /proc/$server/status)"
    echo "root=$(sed -n 's|^[^ ]* '"$root"' [^ ]* \\([^ ]*\\).*|\\1|p' /proc/mounts | tail -n 1)"
    echo "live=$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8787/livez)"
    key=$(grep -o 'thk_live_[0-9A-Za-z]*' "$root/data/first-run.txt" | head -n 1)
    echo "answer=$(curl -s http://127.0.0.1:8787/v1/chat/completions -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \\
      -d '{"model":"tokenharbor/demo","messages":[{"role":"user","content":"hi"}]}' | tr -d '\\n')"
    kill -TERM $server
    code=0; wait $server || code=$?
    echo "stopped=$code"
    echo "health after=$(healthy)"
  `;
}
