import type { Command } from 'commander';
import { LinkRequestError, makeLink } from '../accounts/operators/links.ts';
import { FIRST_OPERATOR } from '../accounts/operators/name.ts';
import type { Listen } from '../config/config.ts';
import { parseDuration } from '../config/units.ts';
import { reachable } from './ask-server.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printLines } from './output.ts';
import { type OpenStores, withStores } from './with-stores.ts';

interface TokenOptions {
  readonly operator: string;
  readonly expires: string;
  readonly url?: string;
}

const EXAMPLES = `
Examples:
  tokenharbor admin token
  tokenharbor admin token --operator ada --expires 1h --url https://harbor.example
  xdg-open "$(tokenharbor admin token --quiet)"`;

/** Where the admin listener of this command's configuration is; undefined: there is none, or nobody can tell. */
export type FindAdminListen = (command: Command) => Listen | undefined;

export function registerAdmin(
  program: Command,
  context: CliContext,
  openStores: OpenStores,
  findListen: FindAdminListen,
): void {
  const admin = program.command('admin').description('let operators into the dashboard').addHelpText('after', EXAMPLES);
  admin
    .command('token')
    .description('print a link to the dashboard that lets an operator in once')
    .option('--operator <name>', 'who is let in; one who is not known yet is made', FIRST_OPERATOR)
    .option('--expires <duration>', 'how long the link works unless it is used, such as 15m; at most 24h', '15m')
    .option('--url <base>', 'where the browser finds the admin listener (default: where the configuration has it)')
    .addHelpText('after', EXAMPLES)
    .action((options: TokenOptions, command: Command) =>
      withStores(command, openStores, async ({ operators }) => {
        const { operator } = options;
        const base = options.url === undefined ? baseOf(findListen(command)) : readBase(options.url);
        const { token, expiresAt } = await makeLink(operators, operator, readLife(options.expires), Date.now()).catch(
          (error: unknown) => {
            throw error instanceof LinkRequestError ? fail(EXIT.USAGE, error.message) : error;
          },
        );
        // In the fragment, which a browser sends to nobody.
        const url = `${base}/#/login?token=${token}`;
        const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
        const ends = new Date(expiresAt).toISOString();
        if (json === true) return printJson(context.stdout, { url, token, operator, expires_at: ends });
        if (quiet === true) return printLines(context.stdout, [url]);
        const until = `${ends.slice(0, 16).replace('T', ' ')}Z`;
        printLines(context.stdout, [
          `A link that lets ${operator} in once, until ${until}:`,
          '',
          `  ${url}`,
          '',
          `Whoever opens it is ${operator}.`,
        ]);
      }),
    );
}

function readLife(text: string): number {
  return (
    parseDuration(text) ??
    fail(EXIT.USAGE, `--expires ${JSON.stringify(text)}: write a number and a unit of ms, s, m or h, such as 15m.`)
  );
}

function readBase(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    return fail(EXIT.USAGE, `--url ${JSON.stringify(text)}: write an address such as https://harbor.example.`);
  }
  return url.href.replace(/\/+$/, '');
}

function baseOf(listen: Listen | undefined): string {
  if (listen?.kind === 'tcp' && listen.port !== 0) {
    const host = reachable(listen.host);
    return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${listen.port}`;
  }
  const why =
    listen === undefined
      ? 'there is no admin listener in this configuration'
      : `a browser cannot tell where ${listen.text} is`;
  return fail(EXIT.USAGE, `${why}; say by --url where it finds the admin listener, such as http://127.0.0.1:8788.`);
}
