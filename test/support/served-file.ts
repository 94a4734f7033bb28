/** Programs of one test file on one configuration file, before a scripted upstream. */
import { afterAll, beforeAll } from 'bun:test';
import { writeFileSync } from 'node:fs';
import type { ClientShape } from './clients.ts';
import { runProgram, scratchDirectory, startProgram, type RunningProgram } from './program.ts';
import { providerOf } from './relay-fixture.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';

const SHAPES: readonly ClientShape[] = ['openai', 'anthropic'];

/** They are gone, with all they wrote, when the file's tests are done. */
export function useServedFile() {
  const scratch = scratchDirectory();
  const configFile = scratch.file('config.json');
  const running: RunningProgram[] = [];
  let upstream: ScriptedUpstream;

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    writeConfig({});
  });
  afterAll(async () => {
    for (const program of running) await program.close();
    await upstream.stop();
    scratch.remove();
  });

  /** `SHAPE-finishes`, `SHAPE-hangs` and `SHAPE-cut` are models, for the upstream to be what they say. */
  function writeConfig(more: object): void {
    const models: Record<string, object> = {};
    for (const shape of SHAPES) {
      for (const name of ['finishes', 'hangs', 'cut']) {
        models[`${shape}-${name}`] = { targets: [{ provider: shape, model: `${shape}-${name}` }] };
      }
    }
    const providers = { openai: providerOf(upstream, 'openai'), anthropic: providerOf(upstream, 'anthropic') };
    writeFileSync(configFile, JSON.stringify({ providers, models, ...more }), { mode: 0o600 });
  }

  /** A server of its own on its own data directory, with a key. */
  async function serve(dataDir: string, ...flags: string[]) {
    const args = ['serve', '--config', configFile, '--data-dir', dataDir, '--listen', '127.0.0.1:0', ...flags];
    const program = startProgram(args, { cwd: scratch.path });
    running.push(program);
    const url = await program.listening();
    const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    return { program, url, key, port: Number(new URL(url).port) };
  }

  return { scratch, configFile, running, upstream: () => upstream, writeConfig, serve };
}
