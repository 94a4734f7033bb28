import type { Command } from 'commander';
import { formatOrigin } from '../config/config.ts';
import { buildJsonSchema } from '../config/json-schema.ts';
import { buildPricePage } from '../config/price-page.ts';
import { type Problem, formatProblem } from '../config/problem.ts';
import { buildReference } from '../config/reference.ts';
import { describeConfig, listValues } from '../config/show.ts';
import { STARTER_FILE } from '../config/starter.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { loadFor, requireConfig } from './load-config.ts';
import { printJson, printLines, printTable } from './output.ts';

const EXAMPLES = `
Examples:
  tokenharbor config init > tokenharbor.yaml
  tokenharbor config check --config tokenharbor.yaml
  tokenharbor config show --json
  tokenharbor config schema > tokenharbor.schema.json`;

export function registerConfig(program: Command, context: CliContext): void {
  const config = program
    .command('config')
    .description('check, show and start a configuration file')
    .addHelpText('after', EXAMPLES);
  config
    .command('check')
    .description('report every problem at once; exits with 78 when there is an error')
    .action((_options: unknown, command: Command) => checkConfig(command, context));
  config
    .command('show')
    .description('print the effective values and where each came from, secrets masked')
    .action((_options: unknown, command: Command) => showConfig(command, context));
  config
    .command('schema')
    .description('print the JSON Schema of the file, for editors')
    .action(() => printJson(context.stdout, buildJsonSchema()));
  config
    .command('init')
    .description('print a commented file to start from')
    .action(() => void context.stdout.write(STARTER_FILE));
  config
    .command('reference', { hidden: true })
    .description('print the reference page of every option')
    .action(() => void context.stdout.write(buildReference()));
  config
    .command('prices', { hidden: true })
    .description('print the page of known list prices')
    .action(() => void context.stdout.write(buildPricePage()));
}

function checkConfig(command: Command, context: CliContext): void {
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  const { config, problems } = loadFor(command, context);
  if (json === true) printJson(context.stdout, { ok: config !== undefined, problems });
  else {
    const shown = quiet === true ? problems.filter(isError) : problems;
    printLines(context.stdout, shown.map(formatProblem));
    if (config !== undefined && quiet !== true) printLines(context.stdout, ['config ok']);
  }
  // What is wrong has been printed; one more line would only be in the way of a script.
  if (config === undefined) fail(EXIT.BAD_CONFIG, '');
}

function showConfig(command: Command, context: CliContext): void {
  const { json } = command.optsWithGlobals<GlobalOptions>();
  const config = requireConfig(command, context);
  const values = listValues(config);
  if (json === true) {
    const origins = Object.fromEntries(values.map(({ path, origin }) => [path, formatOrigin(origin)]));
    printJson(context.stdout, { config: describeConfig(config), origins });
  } else {
    const rows = values.map(({ path, value, origin }) => [path, value, formatOrigin(origin)]);
    printTable(context.stdout, ['OPTION', 'VALUE', 'FROM'], rows);
  }
}

function isError(problem: Problem): boolean {
  return problem.severity === 'error';
}
