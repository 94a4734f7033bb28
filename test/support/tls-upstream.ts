import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';

export interface TlsUpstream {
  readonly url: string;
  /** What came out of finished handshakes. */
  readonly received: string[];
  stop(): Promise<void>;
}

/** A TLS server whose certificate nobody vouches for; undefined where there is no `openssl` to make one with. */
export async function startTlsUpstream(): Promise<TlsUpstream | undefined> {
  if (Bun.which('openssl') === null) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-tls-'));
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=other.example';
  const made = Bun.spawnSync(['openssl', ...request.split(' '), '-keyout', keyFile, '-out', certFile], {
    stdout: 'ignore',
    stderr: 'pipe',
  });
  if (made.exitCode !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  const received: string[] = [];
  const server = tls.createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (socket) => {
    socket.on('data', (data) => received.push(String(data)));
    socket.on('error', () => socket.destroy());
  });
  // A refused handshake is what the test is about, not a failure of the server's.
  server.on('tlsClientError', () => undefined);
  rmSync(directory, { recursive: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
