/** The ledger of a running server is verified from time to time, and what is wrong with it is in a metric. */
import { afterAll, expect, setDefaultTimeout, test } from 'bun:test';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { readSamples, valueOf } from '../../src/telemetry/metrics/prometheus-text.fixture.ts';
import { METRIC } from '../../src/telemetry/names.ts';
import { post, requestBody } from '../support/clients.ts';
import { programCommand } from '../support/gateway.ts';
import { runProgram, type RunningProgram, scratchDirectory, startProgram } from '../support/program.ts';

setDefaultTimeout(120_000);

const scratch = scratchDirectory();
let program: RunningProgram | undefined;
afterAll(async () => {
  await program?.close();
  scratch.remove();
});

test('a sum that is not what the entries come to is told, by a process that gives way', async () => {
  const config = scratch.file('config.yaml');
  const dataDir = scratch.file('data');
  writeFileSync(config, 'ledger: { verify_every: 300ms }\n', { mode: 0o600 });
  const args = ['serve', '--config', config, '--data-dir', dataDir, '--listen', '127.0.0.1:0'];
  let command = programCommand();
  if (command.length === 1) {
    // As an upgrade does it: what runs is not what stands at its path any more.
    const installed = scratch.file('tokenharbor');
    copyFileSync(command[0] as string, installed);
    command = [installed];
  }
  program = startProgram(args, { cwd: scratch.path, command });
  const url = await program.listening();
  if (command.length === 1) {
    writeFileSync(scratch.file('next'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
    renameSync(scratch.file('next'), scratch.file('tokenharbor'));
  }
  const admin = program.logLines().find(({ msg }) => msg === 'listening')?.['admin_url'] as string;
  const metric = async (name: string) => valueOf(readSamples(await (await fetch(`${admin}/metrics`)).text()), name);
  const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
    const deadline = performance.now() + 60_000;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`not within 60 s: ${what}\n${program?.output()}`);
      await Bun.sleep(50);
    }
  };
  const made = await runProgram(['keys', 'create', '--name', 't', '--json', '--data-dir', dataDir]);
  const { key } = JSON.parse(made.stdout) as { key: string };
  await (await post({ url, key }, 'openai', requestBody('openai', 'tokenharbor/demo'))).arrayBuffer();
  await until('it was verified', async () => ((await metric(METRIC.ledgerVerified)) ?? 0) > 0);
  expect(await metric(METRIC.ledgerDrift)).toBe(0);

  const db = new DatabaseSync(`${dataDir}/tokenharbor.db`, { timeout: 5000 });
  db.exec('UPDATE rollups SET requests = requests + 1');
  db.close();
  await until('the drift is told', async () => (await metric(METRIC.ledgerDrift)) === 1);
  await program.said(/the ledger is not as it should be in 1 places/);
  program.signal('SIGTERM');
  expect(await program.exited).toBe(0);
});
