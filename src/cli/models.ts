import type { Command } from 'commander';
import { type Config, type ModelConfig, type TargetConfig, formatOrigin } from '../config/config.ts';
import { type EffectivePrice, type KnownPrice, effectivePrice } from '../config/known-prices.ts';
import { formatPath } from '../config/problem.ts';
import { writeDialect } from '../config/schema-dialect.ts';
import { describeModel } from '../config/show.ts';
import { listPriceOf } from '../config/show-price.ts';
import { formatUsd } from '../config/units.ts';
import type { Capabilities } from '../protocol/transcode/capabilities.ts';
import { capabilitiesAt } from '../server/graph.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { requireConfig } from './load-config.ts';
import { printJson, printLines, printTable } from './output.ts';

const COLUMNS = [
  'MODEL',
  'INPUT',
  'OUTPUT',
  'CACHE READ',
  'CACHE WRITE',
  'PRICE FROM',
  'CONTEXT',
  'MAX OUTPUT',
  'TARGETS',
];

const EXAMPLES = `
Examples:
  tokenharbor models
  tokenharbor models --json --config tokenharbor.yaml`;

export function registerModels(program: Command, context: CliContext): void {
  program
    .command('models')
    .description('list the models with their prices and where each is served; --json: what each place takes, too')
    .addHelpText('after', EXAMPLES)
    .action((_options: unknown, command: Command) => listModels(command, context));
}

function listModels(command: Command, context: CliContext): void {
  const config = requireConfig(command, context);
  const { json, quiet } = command.optsWithGlobals<GlobalOptions>();
  if (json === true) {
    printJson(context.stdout, { models: config.models.map((model) => describeWhole(model, config)) });
    return;
  }
  const rows = config.models.map((model) => buildRow(model, config));
  printTable(context.stdout, COLUMNS, rows, [1, 2, 3, 4, 6, 7]);
  if (quiet !== true)
    printLines(context.stderr, ['Prices are US dollars per million tokens, of the first target; - stands for none.']);
}

/**
 * A model as the file writes it, and for each target where a list price comes from and what the upstream takes, in the
 * words of `dialect`.
 */
function describeWhole(model: ModelConfig, config: Config): Readonly<Record<string, unknown>> {
  const described = describeModel(model, config.providers);
  const targets = described['targets'] as readonly Readonly<Record<string, unknown>>[];
  const capabilities = capabilitiesOf(model, config);
  return {
    id: model.id,
    ...described,
    targets: targets.map((target, index) => ({
      ...target,
      ...describeSource(listPriceOf(model, model.targets[index] as TargetConfig, config.providers)),
      capabilities: writeDialect({ ...capabilities[index] }),
    })),
  };
}

function describeSource(known: KnownPrice | undefined): Readonly<Record<string, unknown>> {
  if (known === undefined) return {};
  const { preset, asOf, source, upTo, note } = known;
  return {
    price_from: {
      preset,
      as_of: asOf,
      source,
      ...(upTo === undefined ? {} : { up_to_input_tokens: upTo }),
      ...(note === undefined ? {} : { note }),
    },
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
  const amount = (nanoUsd: bigint | undefined): string => (nanoUsd === undefined ? '-' : formatUsd(nanoUsd));
  const first = model.targets.toSorted((a, b) => a.priority - b.priority)[0];
  const capabilities = first === undefined ? undefined : capabilitiesOf({ ...model, targets: [first] }, config)[0];
  const price = first === undefined ? undefined : priceAt(model, first, config)?.price;
  return [
    model.id,
    amount(price?.input),
    amount(price?.output),
    amount(price?.cacheRead),
    amount(price?.cacheWrite),
    describeOrigin(model, first, config),
    String(model.context ?? capabilities?.context ?? '-'),
    String(model.maxOutput ?? capabilities?.maxOutput ?? '-'),
    model.aliasOf === undefined ? describeTargets(model) : `alias of ${model.aliasOf}`,
  ];
}

function priceAt(model: ModelConfig, target: TargetConfig, { providers }: Config): EffectivePrice | undefined {
  const provider = providers.find(({ name }) => name === target.provider);
  return effectivePrice(provider, model, target, target.model);
}

/** Where a price came from; of a glob, where it will come from once a client names a model. */
function describeOrigin(model: ModelConfig, target: TargetConfig | undefined, config: Config): string {
  if (target === undefined) return '-';
  const price = priceAt(model, target, config);
  const priceList = config.providers.find(({ name }) => name === target.provider)?.priceList;
  if (price?.known !== undefined) {
    return formatOrigin({ kind: 'preset', name: price.known.preset, asOf: price.known.asOf });
  }
  if (price !== undefined)
    return config.origins[formatPath(['models', model.id])]?.kind === 'built-in' ? 'built in' : 'config';
  return priceList !== undefined && target.model.includes('*') ? `preset ${priceList}, each` : '-';
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
