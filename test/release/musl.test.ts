/** The executable for musl in a root file system that has musl alone, read-only, as a user. */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../deploy/release/run-tool.ts';
import { PROJECT_ROOT } from '../support/gateway.ts';
import { makeMuslRoot, whyNoMusl } from './musl-root.ts';

setDefaultTimeout(120_000);

const executable = join(PROJECT_ROOT, '.build/release/linux_x64_musl/tokenharbor');
const reason = whyNoMusl() ?? (existsSync(executable) ? undefined : `no ${executable}: run \`make musl-check\``);
if (reason !== undefined) console.error(`SKIPPED: the executable for musl is not tried: ${reason}`);

const scratch = mkdtempSync(join(tmpdir(), 'tokenharbor-musl-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(reason !== undefined)('the executable for musl', () => {
  test('says what it is, serves, is healthy, keeps books and stops', () => {
    // Who is not root has to be let in.
    chmodSync(scratch, 0o755);
    const root = join(scratch, 'root');
    const wheels = join(scratch, 'wheels');
    mkdirSync(wheels);
    makeMuslRoot(root, executable, wheels);
    const said = runTool([join(import.meta.dir, 'run-read-only.sh'), root, '65532:65532', SCRIPT], {
      cwd: '/',
      env: { HOME: '/data', PATH: process.env['PATH'] ?? '' },
    });
    const facts = Object.fromEntries(
      said
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    expect(JSON.parse(facts['version'])).toMatchObject({ target: 'bun-linux-x64-musl', bun: Bun.version });
    expect(facts['answer']).toContain('Hello! You wrote: ');
    expect(JSON.parse(facts['ledger'])).toMatchObject({ ok: true, entries: 1 });
    expect(facts).toMatchObject({ health: '0', stopped: '0', notified: 'READY=1' });
  });
});

const SCRIPT = `
  place='--data-dir /data'
  echo "version=$(inside /tokenharbor version --json | tr -d '\\n')"
  # A service manager of our own: what it is told shows that the C library is found.
  python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1] + "/data/notify"); import os; os.chmod(sys.argv[1] + "/data/notify", 0o777)
open(sys.argv[1] + "/tmp/heard", "w").write(s.recv(4096).decode())' "$root" &
  for _ in $(seq 100); do [ -S "$root/data/notify" ] && break; sleep 0.1; done
  NOTIFY_SOCKET=/data/notify enter /tokenharbor serve $place > "$root/tmp/log" 2>&1 &
  server=$!
  for _ in $(seq 100); do inside /tokenharbor health > /dev/null 2>&1 && break; sleep 0.1; done
  inside /tokenharbor health > /dev/null && echo "health=$?"
  key=$(grep -o 'thk_live_[0-9A-Za-z]*' "$root/data/first-run.txt" | head -n 1)
  echo "answer=$(curl -s http://127.0.0.1:8787/v1/chat/completions -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \\
    -d '{"model":"tokenharbor/demo","messages":[{"role":"user","content":"hi"}]}' | tr -d '\\n')"
  kill -TERM $server; code=0; wait $server || code=$?
  echo "stopped=$code"
  echo "ledger=$(inside /tokenharbor ledger verify --json $place | tr -d '\\n')"
  echo "notified=$(head -n 1 "$root/tmp/heard")"
`;
