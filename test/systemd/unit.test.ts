/** The unit, run by systemd as it is delivered, and the lines of docs/systemd.md that set it up. */
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { readExamples } from '../support/pages.ts';
import { bootSystemd, type BootedSystemd } from './booted-systemd.ts';

setDefaultTimeout(120_000);

const blocks = readExamples('docs/systemd.md')
  .filter(({ language }) => language === 'sh')
  .map(({ code }) => code);
const [setUp = '', ...others] = blocks;

const booted = await bootSystemd();
if (typeof booted === 'string') console.warn(`skipped: ${booted}`);
const systemd = booted as BootedSystemd;
afterAll(async () => {
  if (typeof booted !== 'string') await booted.stop();
});

/** Runs lines that must end well, and prints what they print. */
async function run(lines: string): Promise<string> {
  const { code, stdout, stderr } = await systemd.run(`set -e\n${lines}`);
  if (code !== 0) throw new Error(`exit ${code}\n${lines}\n${stdout}\n${stderr}`);
  return stdout;
}

async function show(...names: readonly string[]): Promise<Record<string, string>> {
  const out = await run(`systemctl show tokenharbor ${names.map((name) => `-p ${name}`).join(' ')}`);
  return Object.fromEntries(
    out
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await done())) {
    if (performance.now() > deadline)
      throw new Error(JSON.stringify(await show('StatusText', 'ActiveState', 'Result')));
    await Bun.sleep(100);
  }
}

/** Settings of one test alone. */
const DROP_IN = '/etc/systemd/system/tokenharbor.service.d/test.conf';
const configure = (settings: string) =>
  run(
    `mkdir -p ${DROP_IN.replace('/test.conf', '')}; printf '[Service]\\n${settings}\\n' > ${DROP_IN}; systemctl daemon-reload`,
  );

describe.if(typeof booted !== 'string')('under systemd', () => {
  beforeAll(async () => {
    await run(setUp);
  });
  afterEach(async () => {
    await run(`cp /etc/tokenharbor/good.yaml /etc/tokenharbor/tokenharbor.yaml 2>/dev/null || true
      rm -f ${DROP_IN}; systemctl daemon-reload; systemctl reset-failed; systemctl restart tokenharbor`);
  });

  test('the lines of docs/systemd.md do what they say', async () => {
    expect(await show('ActiveState', 'StatusText', 'Type')).toEqual({
      ActiveState: 'active',
      StatusText: 'listening on http://127.0.0.1:8787',
      Type: 'notify',
    });
    await run('cp /etc/tokenharbor/tokenharbor.yaml /etc/tokenharbor/good.yaml');
    expect(others.length).toBeGreaterThan(4);
    await run('mkdir -p /etc/bash_completion.d');
    // There is no network here, and no provider.
    for (const lines of others) await run(lines.replace('tokenharbor doctor', 'tokenharbor doctor --offline'));
    expect((await show('ActiveState'))['ActiveState']).toBe('active');
    expect(await run('tokenharbor health')).toBe('ok\n');
  });

  test('the verbs of root leave nothing behind that the service could not use', async () => {
    await run('tokenharbor keys create --name b --data-dir /var/lib/tokenharbor');
    const owners = await run('stat -c %u /var/lib/tokenharbor/ /var/lib/tokenharbor/* | sort -u');
    expect(owners.trim().split('\n')).toHaveLength(1);
    expect(owners.trim()).not.toBe('0');
  });

  test('it is as locked up as the unit says', async () => {
    const report = JSON.parse(await run('tokenharbor doctor --offline --json --data-dir /var/lib/tokenharbor')) as {
      readonly checks: readonly { readonly check: string; readonly status: string; readonly detail: string }[];
    };
    const of = (name: string) => report.checks.find(({ check }) => check === name);
    expect(of('hardening')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(
        /not root, no capabilities, no new privileges, system calls filtered, file system read-only/,
      ),
    });
    expect(of('open files')).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('for tokenharbor.service'),
    });
    expect(of('database')).toMatchObject({ status: 'ok' });
  });

  test('its ledger is verified beside it, locked up as it is', async () => {
    await run(
      `printf 'ledger: { verify_every: 1s }\\n' >> /etc/tokenharbor/tokenharbor.yaml; systemctl restart tokenharbor`,
    );
    const verified = 'curl -s http://127.0.0.1:8788/metrics | grep -E "^tokenharbor_ledger_(verified|drift)"';
    await until(async () => /timestamp_seconds [1-9]/.test(await run(verified)));
    expect(await run(verified)).toContain('tokenharbor_ledger_drift 0\n');
  });

  test('a change that needs a restart is refused, and systemctl status says so', async () => {
    await run(`printf 'listen: 127.0.0.1:9999\\n' >> /etc/tokenharbor/tokenharbor.yaml; systemctl reload tokenharbor`);
    await until(async () => /needs a restart \(listen\)/.test((await show('StatusText'))['StatusText'] ?? ''));
    expect(await run('tokenharbor health')).toBe('ok\n');
  });

  test('a reload is waited for; a file with errors changes nothing and is told', async () => {
    await run('systemctl reload tokenharbor');
    await until(async () => (await show('StatusText'))['StatusText'] === 'listening on http://127.0.0.1:8787');
    await run('echo "frob: 1" >> /etc/tokenharbor/tokenharbor.yaml; systemctl reload tokenharbor');
    await until(async () => /the file has errors/.test((await show('StatusText'))['StatusText'] ?? ''));
    expect(await run('tokenharbor health')).toBe('ok\n');
  });

  test('a wrong configuration is not tried again, and a crash is', async () => {
    await run('echo "frob: 1" >> /etc/tokenharbor/tokenharbor.yaml');
    await systemd.run('systemctl restart tokenharbor');
    await Bun.sleep(1500);
    expect(await show('ActiveState', 'ExecMainStatus', 'NRestarts')).toEqual({
      ActiveState: 'failed',
      ExecMainStatus: '78',
      NRestarts: '0',
    });
    await run('cp /etc/tokenharbor/good.yaml /etc/tokenharbor/tokenharbor.yaml; systemctl restart tokenharbor');
    await run('kill -KILL "$(systemctl show -P MainPID tokenharbor)"');
    await until(async () => {
      const { NRestarts, ActiveState } = await show('NRestarts', 'ActiveState');
      return NRestarts === '1' && ActiveState === 'active';
    });
  });

  test('the watchdog spares a server that works and starts one that hangs again', async () => {
    await configure('WatchdogSec=2');
    await run('systemctl restart tokenharbor');
    await Bun.sleep(5000);
    expect(await show('NRestarts', 'ActiveState')).toEqual({ NRestarts: '0', ActiveState: 'active' });
    await run('kill -STOP "$(systemctl show -P MainPID tokenharbor)"');
    await until(async () => {
      const { NRestarts, ActiveState } = await show('NRestarts', 'ActiveState');
      return NRestarts === '1' && ActiveState === 'active';
    });
  });

  test('a drain that is longer than the limit of the unit is waited for', async () => {
    await configure('TimeoutStopSec=1');
    await run(
      'sed -i "s/preset: demo/&, pace: 100ms/" /etc/tokenharbor/tokenharbor.yaml; printf "server: { drain_timeout: 30s }\\n" >> /etc/tokenharbor/tokenharbor.yaml; systemctl restart tokenharbor',
    );
    const key = (await run('tokenharbor keys create --name c --quiet --data-dir /var/lib/tokenharbor')).trim();
    const words = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
    const body = JSON.stringify({
      model: 'tokenharbor/demo',
      stream: true,
      messages: [{ role: 'user', content: words }],
    });
    const stopped = performance.now();
    const answer = await run(`
      exec 3<> /dev/tcp/127.0.0.1/8787
      printf 'POST /v1/chat/completions HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\nAuthorization: Bearer ${key}\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n%s' '${body}' >&3
      head -c 20 <&3
      systemctl stop tokenharbor &
      cat <&3
      wait`);
    expect(answer).toContain('[DONE]');
    expect(performance.now() - stopped).toBeGreaterThan(2000);
    expect(await show('Result', 'ExecMainStatus')).toEqual({ Result: 'success', ExecMainStatus: '0' });
  });

  test('memory that is written cannot be run: the service manager is never told, and the log says why', async () => {
    await configure('MemoryDenyWriteExecute=yes\\nTimeoutStartSec=6\\nStandardOutput=file:/run/said');
    const { code } = await systemd.run('systemctl restart tokenharbor');
    expect(code).not.toBe(0);
    expect((await show('Result'))['Result']).toBe('timeout');
    expect(await run('cat /run/said')).toContain(
      'NOTIFY_SOCKET is set, but the service manager cannot be told anything',
    );
  });
});
