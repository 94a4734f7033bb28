/**
 * A new user's path, by the commands of the README and docs/ as they are printed: download, first answer, a second key with a
 * budget, the dashboard, systemd, the image of the sidecar. Needs root, for a network and a systemd of its own. With
 * TH_REPORT=1 it writes what it measured into docs/new-user.md. TH_PICTURE=FILE keeps a picture of the Spend page.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { runTool } from '../../deploy/release/run-tool.ts';
import { PROJECT_ROOT } from '../support/gateway.ts';
import { hasChromium } from '../browser/chromium.ts';
import { shellLines } from '../support/pages.ts';
import { bootSystemd } from '../systemd/booted-systemd.ts';
import { newUserPage, type Step } from './new-user-page.ts';

setDefaultTimeout(600_000);

const release = join(PROJECT_ROOT, 'dist/release');
const archive = `tokenharbor_${packageJson.version}_linux_${process.arch === 'arm64' ? 'arm64' : 'x64'}.tar.gz`;
const missing = ['unshare', 'ip', 'curl', 'bash', 'sha256sum'].filter((tool) => Bun.which(tool) === null);
const reason =
  missing.length > 0
    ? `no ${missing.join(', ')}`
    : process.getuid?.() !== 0
      ? 'not root'
      : existsSync(join(release, archive))
        ? undefined
        : `no ${archive} in dist/release: run \`make new-user\``;
if (reason !== undefined) console.error(`SKIPPED: a new user's path is not gone: ${reason}`);

const home = mkdtempSync(join(tmpdir(), 'tokenharbor-new-user-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const steps: Step[] = [];
/** Adds what a script says of itself: lines `seconds NUMBER`. */
function record(title: string, commands: string, seconds: number): void {
  steps.push({ title, commands, seconds });
}

const install = shellLines('README.md', 'install.sh', '## Download');
const ask = shellLines('README.md', '/v1/chat/completions', '### curl');
const [create = ''] = shellLines('README.md', '--budget 25', '## Keys')
  .split('\n')
  .filter((line) => line.includes('--budget 25'));
const [usage = ''] = shellLines('README.md', 'tokenharbor usage', '## Usage, bills and backups')
  .split('\n')
  .filter((line) => line.startsWith('tokenharbor usage'));
const link = shellLines('README.md', 'tokenharbor admin token', '## Dashboard');
const lookAt = join(PROJECT_ROOT, 'test/release/new-user-dashboard.ts');

/** The demo costs nothing; with a price the Spend page has something to show. US dollars per million tokens. */
const PRICE = { input: 3, output: 15 };
const CONFIGURATION = `providers: { demo: { preset: demo } }
models:
  tokenharbor/demo:
    targets: [{ provider: demo, model: demo }]
    price: { input: ${PRICE.input}, output: ${PRICE.output} }
`;

/** What answers cost at that price, as the dashboard writes it. */
function costOf(answers: readonly string[]): string {
  const nanos = answers
    .map((answer) => JSON.parse(answer).usage as { readonly prompt_tokens: number; readonly completion_tokens: number })
    .reduce(
      (sum, usage) => sum + 1000 * (usage.prompt_tokens * PRICE.input + usage.completion_tokens * PRICE.output),
      0,
    );
  return `$${(nanos / 1e9).toFixed(9).replace(/0+$/, '')}`;
}

/** Each step ends with a line that says how long it took. */
const PATH_SCRIPT = `
set -euo pipefail
export HOME=${home} PATH=${home}/.local/bin:/usr/bin:/bin TOKENHARBOR_CONFIG=${home}/tokenharbor.yaml
now() { date +%s%N; }
took() { echo "took $(( ($(now) - began) / 1000000 ))"; began=$(now); }
cd ${release}
began=$(now)
${install}
took
cd "$HOME"
tokenharbor serve > log 2>&1 &
server=$!
until [ -s .local/share/tokenharbor/first-run.txt ] && tokenharbor health > health 2>&1; do sleep 0.05; done
export TOKENHARBOR_KEY=$(grep -o 'thk_live_[0-9A-Za-z]*' .local/share/tokenharbor/first-run.txt | head -n 1)
${ask}
echo
took
${create} | tee second
export TOKENHARBOR_KEY=$(grep -o 'thk_live_[0-9A-Za-z]*' second | head -n 1)
${ask}
echo
${usage}
took
if ${hasChromium}; then
  ${link} | tee link
  ${process.execPath} ${lookAt} "$(grep -o 'http://[^ ]*' link)" "\${TH_PICTURE:-}" 2>&1
  took
fi
kill $server
wait $server
`;

describe.skipIf(reason !== undefined)('a new user', () => {
  test('has an answer, a second key with a budget, a bill, and sees on the dashboard what was spent', () => {
    writeFileSync(join(home, 'tokenharbor.yaml'), CONFIGURATION);
    const said = runTool(['unshare', '--net', 'bash', '-c', `ip link set lo up\n${PATH_SCRIPT}`], { cwd: home });
    const took = [...said.matchAll(/^took (\d+)$/gm)].map(([, ms]) => Number(ms) / 1000);
    const [first = 0, second = 0, third = 0, fourth = 0] = took;
    expect(said).toContain(`installed tokenharbor ${packageJson.version}`);
    expect(said.match(/Hello! You wrote: /g)).toHaveLength(2);
    expect(said).toContain('tokenharbor/demo');
    record('Download and install, with the sums checked', install, first);
    record('Start, and the first answer', `tokenharbor serve\n${ask}`, second);
    record('A second key, with a budget; its answer; what was used', `${create}\n${usage}`, third);
    expect(third).toBeGreaterThan(0);
    const [byFirst = '', byBot = ''] = said.split('\n').filter((line) => line.includes('"object":"chat.completion"'));
    if (!hasChromium) return;
    const shown = JSON.parse(/^shown (.*)$/m.exec(said)?.[1] ?? '{}') as unknown;
    expect(shown).toEqual({
      bot: { requests: '1', cost: costOf([byBot]) },
      'first run': { requests: '1', cost: costOf([byFirst]) },
      'In all': { requests: '2', cost: costOf([byFirst, byBot]) },
    });
    record('The dashboard, by a link; on its Spend page, what each key spent', link, fourth);
    expect(fourth).toBeGreaterThan(0);
  });

  test('runs it under systemd', async () => {
    const booted = await bootSystemd();
    if (typeof booted === 'string') return console.error(`SKIPPED: ${booted}`);
    const lines = shellLines('docs/systemd.md', 'systemctl enable --now');
    try {
      const began = performance.now();
      const { code, stdout, stderr } = await booted.run(`set -e\n${lines}\ntokenharbor health`);
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
      record('A service of systemd, up and healthy', lines, (performance.now() - began) / 1000);
      expect(stdout).toContain('ok');
    } finally {
      await booted.stop();
    }
  });

  test('has the image of the sidecar, which is healthy in a read-only root file system', () => {
    if (Bun.which('buildah') === null) return console.error('SKIPPED: no buildah');
    const lines = shellLines('docs/containers.md', 'make image');
    const began = performance.now();
    const said = runTool(['bash', '-ec', `${lines} 2>&1`], { cwd: PROJECT_ROOT, env: { STORAGE_DRIVER: 'vfs' } });
    record('The image, and its health check, as a sidecar has it', lines, (performance.now() - began) / 1000);
    expect(said).toContain('\n 0 fail\n');
  });

  test.if(process.env['TH_REPORT'] === '1')('is told how long it takes', () => {
    expect(steps.length).toBeGreaterThan(4);
    writeFileSync(join(PROJECT_ROOT, 'docs/new-user.md'), newUserPage(steps));
  });
});
