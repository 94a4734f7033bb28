import type { Command } from 'commander';
import type { ModelConfig } from '../config/config.ts';
import { describeModel } from '../config/show.ts';
import { formatUsd } from '../config/units.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { requireConfig } from './load-config.ts';
import { printJson, printLines, printTable } from './output.ts';

export function registerModels(program: Command, context: CliContext): void {
  program
    .command('models')
    .description('list the models with their prices and where each is served')
    .action((_options: unknown, command: Command) => listModels(command, context));
}

function listModels(command: Command, context: CliContext): void {
  const { models } = requireConfig(command, context);
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) {
    printJson(context.stdout, { models: models.map((model) => ({ id: model.id, ...describeModel(model) })) });
    return;
  }
  const head = ['MODEL', 'INPUT', 'OUTPUT', 'CACHE READ', 'CACHE WRITE', 'CONTEXT', 'TARGETS'];
  printTable(context.stdout, head, models.map(buildRow), [1, 2, 3, 4, 5]);
  if (quiet !== true) printLines(context.stderr, ['Prices are US dollars per million tokens; - stands for none.']);
}

function buildRow(model: ModelConfig): readonly string[] {
  const price = (nanoUsd: bigint | undefined): string => (nanoUsd === undefined ? '-' : formatUsd(nanoUsd));
  return [
    model.id,
    price(model.price?.input),
    price(model.price?.output),
    price(model.price?.cacheRead),
    price(model.price?.cacheWrite),
    model.context === undefined ? '-' : String(model.context),
    model.aliasOf === undefined ? describeTargets(model) : `alias of ${model.aliasOf}`,
  ];
}

function describeTargets({ targets }: ModelConfig): string {
  return targets
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ provider, model, weight, priority }) => {
      const rank = targets.length === 1 ? '' : ` (priority ${priority}, weight ${weight})`;
      return `${provider}: ${model}${rank}`;
    })
    .join(', ');
}
