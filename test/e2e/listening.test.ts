/** Where the program listens, and what it says when it cannot. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { freePorts } from '../support/free-ports.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { useServedFile } from '../support/served-file.ts';

setDefaultTimeout(60_000);

const { configFile, running, scratch, serve } = useServedFile();

describe('listening', () => {
  const dataDir = () => scratch.file('listen');
  const once = (listen: string) =>
    runProgram(['serve', '--config', configFile, '--data-dir', dataDir(), '--listen', listen], { cwd: scratch.path });

  test('an address in use, or none of this machine, ends with 69 and one line that says so', async () => {
    const { program, port } = await serve(dataDir());
    for (const [listen, words] of [
      [`127.0.0.1:${port}`, /in use.*--listen/],
      ['192.0.2.77:9999', /not available/],
      ['no-such-host.invalid:9999', /no-such-host\.invalid.*address/],
      [`unix:${scratch.file('no-dir/x.sock')}`, /no such file or directory/],
      [`unix:/tmp/${'x'.repeat(150)}`, /too long/],
    ] as const) {
      const { code, stderr } = await once(listen);
      expect([code, stderr.trim().split('\n').length], stderr).toEqual([69, 1]);
      expect(stderr).toMatch(words);
    }
    await program.close();
  });

  test('an address that is none is bad configuration', async () => {
    for (const listen of ['8787', '127.0.0.1', '127.0.0.1:99999', 'unix:relative', '::1:80', '']) {
      const { code, stderr } = await once(listen);
      expect(code, `${listen}: ${stderr}`).toBe(78);
      expect(stderr).toContain('listen');
    }
  });

  test.each(['127.0.0.1', '[::1]', '0.0.0.0', '[::]', 'localhost'])('health finds the server on %s', async (host) => {
    const [port = 0] = await freePorts(1);
    const listen = `${host}:${port}`;
    const program = startProgram(['serve', '--data-dir', dataDir(), '--listen', listen], { cwd: scratch.path });
    running.push(program);
    expect(await program.listening()).toBe(`http://${listen}`);
    const env = { TOKENHARBOR_LISTEN: listen };
    const health = await runProgram(['health', '--data-dir', dataDir()], { cwd: scratch.path, env });
    expect(health).toEqual({ code: 0, stdout: 'ok\n', stderr: '' });
    const asked = (...flags: string[]) =>
      runProgram(['health', '--json', ...flags, '--data-dir', dataDir()], { cwd: scratch.path, env });
    expect(JSON.parse((await asked('--live')).stdout)).toEqual({ ok: true, server: listen });
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    const gone = await runProgram(['health', '--live', '--data-dir', dataDir()], { cwd: scratch.path, env });
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('does not answer');
    const { code, stdout, stderr } = await asked();
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, reason: expect.stringContaining('does not answer') });
  });

  test('port 0 takes a free port and says which', async () => {
    const program = startProgram(['serve', '--data-dir', dataDir(), '--listen', '[::1]:0'], { cwd: scratch.path });
    running.push(program);
    const url = await program.listening();
    expect(url).toMatch(/^http:\/\/\[::1\]:[1-9]\d+$/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    await program.close();
  });

  test('a socket that a crash left behind is taken over; one in use, or a file, is not', async () => {
    const socket = scratch.file('th.sock');
    const args = ['serve', '--data-dir', dataDir(), '--listen', `unix:${socket}`];
    const first = startProgram(args, { cwd: scratch.path });
    running.push(first);
    expect(await first.listening()).toBe(`unix:${socket}`);
    expect((await overSocket(socket, '/readyz')).status).toBe(200);
    const second = await runProgram(args, { cwd: scratch.path });
    expect(second.code).toBe(69);
    expect(second.stderr).toContain('in use');
    expect((await overSocket(socket, '/readyz')).status).toBe(200);
    const env = { TOKENHARBOR_LISTEN: `unix:${socket}` };
    expect((await runProgram(['health', '--data-dir', dataDir()], { env })).code).toBe(0);

    first.signal('SIGKILL');
    await first.exited;
    expect(existsSync(socket)).toBe(true);
    expect((await runProgram(['health', '--data-dir', dataDir()], { env })).code).toBe(1);
    const third = startProgram(args, { cwd: scratch.path });
    running.push(third);
    await third.listening();
    expect((await overSocket(socket, '/readyz')).status).toBe(200);
    third.signal('SIGTERM');
    expect(await third.exited).toBe(0);
    expect(existsSync(socket)).toBe(false);

    writeFileSync(socket, 'somebody else’s file');
    expect((await runProgram(args, { cwd: scratch.path })).code).toBe(69);
    expect(readFileSync(socket, 'utf8')).toBe('somebody else’s file');
  });
});

function overSocket(socketPath: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, headers: { host: 'localhost' } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => (body += text));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}
