import type { Command } from 'commander';
import type { Config, ModelConfig } from '../config/config.ts';
import { writeDialect } from '../config/schema-dialect.ts';
import { describeModel } from '../config/show.ts';
import { formatUsd } from '../config/units.ts';
import type { Capabilities } from '../protocol/transcode/capabilities.ts';
import { capabilitiesAt } from '../server/graph.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { requireConfig } from './load-config.ts';
import { printJson, printLines, printTable } from './output.ts';

export function registerModels(program: Command, context: CliContext): void {
  program
    .command('models')
    .description('list the models with their prices and where each is served; --json: what each place takes, too')
    .action((_options: unknown, command: Command) => listModels(command, context));
}

function listModels(command: Command, context: CliContext): void {
  const config = requireConfig(command, context);
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) {
    printJson(context.stdout, { models: config.models.map((model) => describeWhole(model, config)) });
    return;
  }
  const head = ['MODEL', 'INPUT', 'OUTPUT', 'CACHE READ', 'CACHE WRITE', 'CONTEXT', 'MAX OUTPUT', 'TARGETS'];
  const rows = config.models.map((model) => buildRow(model, config));
  printTable(context.stdout, head, rows, [1, 2, 3, 4, 5, 6]);
  if (quiet !== true) printLines(context.stderr, ['Prices are US dollars per million tokens; - stands for none.']);
}

/** A model as the file writes it, and for each target what the upstream takes, in the words of `dialect`. */
function describeWhole(model: ModelConfig, config: Config): Readonly<Record<string, unknown>> {
  const described = describeModel(model);
  const targets = described['targets'] as readonly Readonly<Record<string, unknown>>[];
  const capabilities = capabilitiesOf(model, config);
  return {
    id: model.id,
    ...described,
    targets: targets.map((target, index) => ({ ...target, capabilities: writeDialect({ ...capabilities[index] }) })),
  };
}

/** For each target in the order of the file; of a glob what holds for any model under it. */
function capabilitiesOf(model: ModelConfig, { providers }: Config): readonly (Capabilities | undefined)[] {
  return model.targets.map((target) => {
    const provider = providers.find(({ name }) => name === target.provider);
    return provider === undefined ? undefined : capabilitiesAt(provider, model, target, target.model);
  });
}

function buildRow(model: ModelConfig, config: Config): readonly string[] {
  const price = (nanoUsd: bigint | undefined): string => (nanoUsd === undefined ? '-' : formatUsd(nanoUsd));
  const first = model.targets.toSorted((a, b) => a.priority - b.priority)[0];
  const capabilities = first === undefined ? undefined : capabilitiesOf({ ...model, targets: [first] }, config)[0];
  return [
    model.id,
    price(model.price?.input),
    price(model.price?.output),
    price(model.price?.cacheRead),
    price(model.price?.cacheWrite),
    String(model.context ?? capabilities?.context ?? '-'),
    String(model.maxOutput ?? capabilities?.maxOutput ?? '-'),
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
