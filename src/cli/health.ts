import type { Command } from 'commander';
import { askServer } from './ask-server.ts';
import { type CliContext, fail, type GlobalOptions } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { requireConfig } from './load-config.ts';
import { printJson } from './output.ts';

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
      const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
      const server = listen.text;
      const failed = (why: string, more: { readonly answered?: number } = {}): never => {
        if (json === true) printJson(context.stdout, { ok: false, server, ...more, reason: why });
        return fail(EXIT.FAILURE, json === true ? '' : `the server on ${server} ${why}`);
      };
      const status = await askServer(listen, options.live === true ? '/livez' : '/readyz').catch((cause: Error) =>
        failed(`does not answer: ${cause.message}`),
      );
      if (status !== 200) failed(`answered ${status}`, { answered: status });
      if (json === true) printJson(context.stdout, { ok: true, server });
      else if (quiet !== true) context.stdout.write('ok\n');
    });
}
