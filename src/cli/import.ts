import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { decodeText } from '../config/decode-text.ts';
import { reason } from '../config/references.ts';
import { type CliContext, type GlobalOptions, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { importBifrost } from './import/bifrost.ts';
import type { Imported } from './import/draft.ts';
import { Findings } from './import/findings.ts';
import { importLitellm } from './import/litellm.ts';
import { printReport } from './import/report.ts';
import { type Source, readSource } from './import/source.ts';
import { toFile, writeYaml } from './import/write-yaml.ts';
import { printJson } from './output.ts';
import { withProgress } from './progress.ts';

const GATEWAYS = [
  { verb: 'litellm', name: 'LiteLLM', file: 'config.yaml', read: importLitellm },
  { verb: 'bifrost', name: 'Bifrost', file: 'config.json', read: importBifrost },
] as const;

const EXAMPLES = `
Examples:
  tokenharbor import litellm config.yaml > tokenharbor.yaml
  tokenharbor import bifrost config.json > tokenharbor.yaml`;

const examplesOf = (verb: string, file: string) => `
Examples:
  tokenharbor import ${verb} ${file} > tokenharbor.yaml
  tokenharbor import ${verb} --json ${file}
  tokenharbor import ${verb} - < ${file} > tokenharbor.yaml`;

type Read = (source: Source, findings: Findings) => Imported;

export function registerImport(program: Command, context: CliContext): void {
  const verbs = program
    .command('import')
    .description('turn the configuration of another gateway into one of this')
    .addHelpText('after', EXAMPLES);
  for (const { verb, name, file, read } of GATEWAYS) {
    verbs
      .command(verb)
      .argument('<file>', `the ${file} of ${name}; - for standard input`)
      .description(`read a ${file} of ${name}; the result goes to standard output, what became of it to standard error`)
      .addHelpText(
        'after',
        `${examplesOf(verb, file)}
Exit codes: 0 nothing that requests notice was left out, 3 something was, 78 no such configuration.`,
      )
      .action((path: string, _options: unknown, command: Command) => importFile(path, name, read, command, context));
  }
}

async function importFile(
  path: string,
  gateway: string,
  read: Read,
  command: Command,
  context: CliContext,
): Promise<void> {
  const globals = command.optsWithGlobals<GlobalOptions>();
  const { json, quiet } = globals;
  const name = path === '-' ? 'stdin' : path;
  const { findings, config, commands } = await withProgress(context, globals, async (onProgress) => {
    onProgress(`reading ${name}`, 0, 2);
    const source = readSource(name, path === '-' ? await text(context.stdin) : readText(path, context));
    onProgress(`translating ${name}`, 1, 2);
    const found = new Findings(source.lineOf);
    return { findings: found, ...read(source, found) };
  });
  if (json === true) {
    const { carried, notCarried } = findings;
    printJson(context.stdout, { config: toFile(config), carried, not_carried: notCarried, commands });
  } else {
    context.stdout.write(writeYaml(config, gateway));
    printReport(context.stderr, name, findings, commands, quiet === true);
  }
  // What is left out has been told.
  if (findings.hasGaps) fail(EXIT.CHECK_FAILED, '');
}

function readText(path: string, { cwd }: CliContext): string {
  try {
    return decodeText(readFileSync(resolve(cwd, path)));
  } catch (error) {
    return fail(EXIT.BAD_CONFIG, `${path}: cannot be read: ${reason(error)}`);
  }
}
