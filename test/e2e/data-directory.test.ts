/** The data directory: made, shared, damaged, and the first key in it. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { openaiCompletion } from '../support/answers.ts';
import { post, requestBody } from '../support/clients.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { useServedFile } from '../support/served-file.ts';

setDefaultTimeout(60_000);

const { running, scratch, serve, upstream } = useServedFile();

describe('the data directory', () => {
  const serveOn = (dataDir: string) =>
    runProgram(['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'], { cwd: scratch.path });

  test('one that cannot be made or used ends the start with 69 and names it', async () => {
    const file = scratch.file('a-file');
    writeFileSync(file, '');
    for (const dataDir of ['/proc/none', file, `${file}/below`]) {
      const { code, stderr } = await serveOn(dataDir);
      expect([code, stderr.trim().split('\n').length], stderr).toEqual([69, 1]);
      expect(stderr).toContain(dataDir);
    }
  });

  test('fault 55: a damaged database is refused with what to do, and left as it is', async () => {
    const dataDir = scratch.file('damaged');
    mkdirSync(dataDir);
    const damage = 'this is no database. '.repeat(1000);
    writeFileSync(`${dataDir}/tokenharbor.db`, damage);
    const { code, stderr } = await serveOn(dataDir);
    expect(code).toBe(69);
    expect(stderr).toContain('damaged');
    expect(readFileSync(`${dataDir}/tokenharbor.db`, 'utf8')).toBe(damage);
    expect((await runProgram(['keys', 'list', '--data-dir', dataDir])).code).not.toBe(0);
  });

  test('two servers on one data directory count together and lose nothing', async () => {
    const dataDir = scratch.file('shared');
    const one = await serve(dataDir);
    const two = await serve(dataDir);
    upstream().on('openai-finishes', (exchange) => exchange.json(200, openaiCompletion()));
    const body = requestBody('openai', 'openai-finishes');
    const calls = Array.from({ length: 100 }, (_, i) =>
      post({ url: (i % 2 === 0 ? one : two).url, key: one.key }, 'openai', body).then((response) => response.text()),
    );
    await Promise.all(calls);
    for (const { program } of [one, two]) {
      program.signal('SIGTERM');
      expect(await program.exited).toBe(0);
    }
    const after = await serve(dataDir);
    const usage = await fetch(`${after.url}/v1/usage`, { headers: { authorization: `Bearer ${one.key}` } });
    expect(((await usage.json()) as { total: object }).total).toMatchObject({ requests: 100, output_tokens: 300 });
    await after.program.close();
  });

  test('two servers that make one data directory together both start', async () => {
    for (let round = 0; round < 3; round++) {
      const dataDir = scratch.file(`together-${round}`);
      const args = ['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'];
      const both = [startProgram(args), startProgram(args), startProgram(args)];
      running.push(...both);
      for (const program of both) {
        await program.listening();
        expect((await fetch(`${await program.listening()}/readyz`)).status).toBe(200);
        program.signal('SIGTERM');
        expect(await program.exited, program.output()).toBe(0);
      }
    }
  });

  test('a first key is written for this user alone, once, even over a file that was there', async () => {
    const dataDir = scratch.file('first');
    mkdirSync(dataDir);
    writeFileSync(`${dataDir}/first-run.txt`, 'old', { mode: 0o666 });
    chmodSync(`${dataDir}/first-run.txt`, 0o666);
    const start = async () => {
      const program = startProgram(['serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0'], { cwd: scratch.path });
      running.push(program);
      const url = await program.listening();
      await program.said(/"url"/);
      await Bun.sleep(200);
      return { program, url };
    };
    const { program, url } = await start();
    const text = readFileSync(`${dataDir}/first-run.txt`, 'utf8');
    expect(statSync(`${dataDir}/first-run.txt`).mode & 0o777).toBe(0o600);
    const [key = ''] = /thk_live_\w+/.exec(text) ?? [];
    expect((await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect(program.output()).not.toContain(key);
    await program.close();
    const again = await start();
    expect(readFileSync(`${dataDir}/first-run.txt`, 'utf8')).toBe(text);
    await again.program.close();
  });
});
