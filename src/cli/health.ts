import { request } from 'node:http';
import type { Command } from 'commander';
import type { Listen } from '../config/config.ts';
import { type CliContext, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { requireConfig } from './load-config.ts';

const BUDGET_MS = 2000;

const EXAMPLES = `
Examples:
  tokenharbor health
  tokenharbor health --live --config /etc/tokenharbor/tokenharbor.yaml`;

export function registerHealth(program: Command, context: CliContext): void {
  program
    .command('health')
    .description('ask the server of this configuration whether it is ready, for container health checks')
    .addHelpText('after', EXAMPLES)
    .option('--live', 'ask only whether it runs')
    .action(async (options: { live?: boolean }, command: Command) => {
      const { listen } = requireConfig(command, context);
      const status = await probe(listen, options.live === true ? '/livez' : '/readyz');
      if (status !== 200) fail(EXIT.FAILURE, `the server on ${listen.text} answered ${status}`);
      context.stdout.write('ok\n');
    });
}

function probe(listen: Listen, path: string): Promise<number> {
  const where =
    listen.kind === 'unix' ? { socketPath: listen.path } : { host: reachable(listen.host), port: listen.port };
  return new Promise((resolve, reject) => {
    const probing = request({ ...where, path, timeout: BUDGET_MS, headers: { host: 'localhost' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    probing.on('timeout', () => probing.destroy(new Error('no answer in time')));
    probing.on('error', (cause) => {
      try {
        fail(EXIT.FAILURE, `the server on ${listen.text} does not answer: ${cause.message}`);
      } catch (error) {
        reject(error as Error);
      }
    });
    probing.end();
  });
}

/** An address that means "every interface" is listened on, not dialled. */
function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' || host === '[::]' ? '::1' : host;
}
