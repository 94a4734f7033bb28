import type { Command } from 'commander';
import { askServer } from './ask-server.ts';
import { type CliContext, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { requireConfig } from './load-config.ts';

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
      const status = await askServer(listen, options.live === true ? '/livez' : '/readyz').catch((cause: Error) =>
        fail(EXIT.FAILURE, `the server on ${listen.text} does not answer: ${cause.message}`),
      );
      if (status !== 200) fail(EXIT.FAILURE, `the server on ${listen.text} answered ${status}`);
      context.stdout.write('ok\n');
    });
}
