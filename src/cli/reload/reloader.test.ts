import { describe, expect, test } from 'bun:test';
import pino from 'pino';
import type { Config } from '../../config/config.ts';
import { configOf, loadText } from '../../config/load.fixture.ts';
import { Reloader } from './reloader.ts';

const PROVIDER = 'providers: { demo: { preset: demo } }\n';

/** A server that was started with a text, and everything it is told and tells. */
function start(text: string, reload = (_config: Config): void => undefined) {
  let file = text;
  const told: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const reloader = new Reloader({
    config: configOf(text),
    load: () => loadText(file),
    server: {
      reload(config) {
        reload(config);
        told.push('taken');
      },
    },
    metrics: { configLoaded: () => void told.push('loaded'), configRefused: () => void told.push('refused') },
    logger,
    manager: { reloading: () => void told.push('reloading'), reloaded: (note) => void told.push(`reloaded: ${note}`) },
  });
  return { reloader, told, lines, logger, write: (next: string) => (file = next) };
}

describe('a reload', () => {
  test('takes a good file over, the level of the log with it', () => {
    const { reloader, told, logger, write } = start(PROVIDER);
    write(`${PROVIDER}server: { drain_timeout: 90s }\nlog: { level: debug }\n`);
    expect(reloader.reload().kind).toBe('good');
    expect(told).toEqual(['reloading', 'taken', 'loaded', 'reloaded: ']);
    expect([reloader.config.server.drainTimeoutMs, logger.level]).toEqual([90_000, 'debug']);
  });

  test('with errors changes nothing, and says which', () => {
    const { reloader, told, lines, write } = start(PROVIDER);
    const before = reloader.config;
    write(`${PROVIDER}lisen: x\n`);
    expect(reloader.reload().kind).toBe('bad');
    expect(told).toEqual(['reloading', 'refused', 'reloaded: the file has errors, the configuration before it stays']);
    expect(reloader.config).toBe(before);
    expect(lines[0]).toMatchObject({ level: 50, path: 'lisen', line: 2, fix: expect.stringContaining('listen') });
    expect(lines.at(-1)?.['msg']).toBe('the configuration has errors; the one in use stays');
  });

  test('that a restart alone could honour is refused whole, and says for what', () => {
    const { reloader, told, lines, write } = start(PROVIDER);
    write(`${PROVIDER}listen: 127.0.0.1:9\nredis: redis://u:secret@r\nretry: { attempts: 5 }\n`);
    expect(reloader.reload()).toMatchObject({ kind: 'bad', restartFor: ['listen', 'redis'] });
    expect(reloader.config.retry.attempts).toBe(3);
    expect(told.at(-1)).toBe('reloaded: the file needs a restart (listen, redis), the configuration before it stays');
    expect(lines.at(-1)).toMatchObject({
      level: 50,
      restart_for: ['listen', 'redis'],
      msg: 'a change of listen, redis needs a restart; the configuration in use stays',
    });
    expect(JSON.stringify(lines)).not.toContain('secret');
    write(PROVIDER);
    expect(reloader.reload().kind).toBe('good');
  });

  test('that the server cannot build is no end of it', () => {
    const { reloader, told, lines, write } = start(PROVIDER, () => {
      throw new Error('there is no provider x');
    });
    write(`${PROVIDER}retry: { attempts: 5 }\n`);
    expect(reloader.reload().kind).toBe('bad');
    expect(told).toEqual([
      'reloading',
      'refused',
      'reloaded: the file cannot be used, the configuration before it stays',
    ]);
    expect(lines.at(-1)?.['msg']).toContain('there is no provider x');
    expect(reloader.config.retry.attempts).toBe(3);
  });
});
