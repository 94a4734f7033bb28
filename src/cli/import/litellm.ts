import { accountCommand, keyCommand } from './commands.ts';
import { cutDecimals, shiftDecimal } from './amounts.ts';
import type { Imported } from './draft.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed } from './leave-out-rest.ts';
import { addAliases } from './litellm-aliases.ts';
import { type Deployment, readDeployment } from './litellm-deployment.ts';
import { addFallbacks } from './litellm-fallbacks.ts';
import { buildModels } from './litellm-groups.ts';
import {
  GENERAL_RULES,
  GENERAL_UNKNOWN,
  ROOT_RULES,
  ROOT_UNKNOWN,
  ROUTER_RULES,
  ROUTER_UNKNOWN,
  SETTINGS_RULES,
  SETTINGS_UNKNOWN,
} from './litellm-left-out.ts';
import { readRedis } from './litellm-redis.ts';
import { readRouterTerms } from './litellm-router.ts';
import { LITELLM } from './litellm-values.ts';
import { periodOf } from './periods.ts';
import { ProviderBook } from './provider-book.ts';
import { variablesIn } from './references.ts';
import { type Section, sectionOf } from './section.ts';
import { type Source, refuse } from './source.ts';

const SECTIONS = ['model_list', 'router_settings', 'litellm_settings', 'general_settings'];

/** Reads a `config.yaml` of the LiteLLM proxy; ends the verb with 78 when it is none. */
export function importLitellm(source: Source, findings: Findings): Imported {
  const { root, name, lineOf } = source;
  if (!SECTIONS.some((section) => root.has(section))) {
    const hint = root.has('providers') ? '. With providers it may be one of Bifrost: tokenharbor import bifrost' : '';
    refuse(name, 1, `is no configuration of LiteLLM: it has none of ${SECTIONS.join(', ')}${hint}`);
  }
  const list = root.list('model_list') ?? [];
  if (root.has('model_list') && root.rest.includes('model_list')) {
    refuse(name, lineOf(['model_list']), 'model_list: is no list of deployments');
  }
  const [router, settings] = [root.section('router_settings'), root.section('litellm_settings')];
  const general = root.section('general_settings');
  const terms = readRouterTerms(router, settings, findings);
  const book = new ProviderBook(variablesIn(source.text, LITELLM), findings);
  const defaults = { timeouts: terms.timeouts, credentials: readCredentials(root) };
  const deployments = list.flatMap((item, index): readonly Deployment[] => {
    const entry = sectionOf(['model_list', index], item);
    const deployment = entry === undefined ? undefined : readDeployment(entry, defaults, book, findings);
    if (entry === undefined) findings.leaveOut(['model_list', index], noticed('is no deployment', 'Correct it.'));
    return deployment === undefined ? [] : [deployment];
  });
  const models = buildModels(deployments, terms.policy, findings);
  const sections = [router, settings].filter((section) => section !== undefined);
  const steps = addFallbacks(models, sections, findings);
  addAliases(models, router, findings);
  const attempts = Math.min(10, Math.max(1, Math.floor((terms.retries ?? 2) + 1 + steps)));
  const redis = readRedis(router, findings);
  const commands = [...accountCommands(settings, findings), ...keyCommands(general, findings)];
  if (router !== undefined) leaveOutRest(router, ROUTER_RULES, ROUTER_UNKNOWN, findings);
  if (settings !== undefined) leaveOutRest(settings, SETTINGS_RULES, SETTINGS_UNKNOWN, findings);
  if (general !== undefined) leaveOutRest(general, GENERAL_RULES, GENERAL_UNKNOWN, findings);
  leaveOutRest(root, ROOT_RULES, ROOT_UNKNOWN, findings);
  return {
    config: {
      ...(redis === undefined ? {} : { redis }),
      providers: book.providers,
      models,
      ...(attempts === 3 ? {} : { retry: { attempts } }),
    },
    commands,
  };
}

/** Named sets of addresses and keys that deployments refer to. */
function readCredentials(root: Section): ReadonlyMap<string, Section> {
  const entries = (root.list('credential_list') ?? []).flatMap((item, index): [string, Section][] => {
    const entry = sectionOf(['credential_list', index], item);
    const [name, values] = [entry?.text('credential_name'), entry?.section('credential_values')];
    return name === undefined || values === undefined ? [] : [[name, values]];
  });
  return new Map(entries);
}

/** A budget of the whole proxy is one of the account that every key belongs to. */
function accountCommands(settings: Section | undefined, findings: Findings): readonly string[] {
  const amount = shiftDecimal(settings?.text('max_budget') ?? '', 0);
  if (settings === undefined || amount === undefined) return [];
  const length = settings.text('budget_duration');
  const period = length === undefined ? 'total' : periodOf(length);
  if (period === undefined) {
    const instead = 'Choose day, week, month or total: `accounts create default --budget USD --budget-period PERIOD`.';
    findings.leaveOut(settings.at('budget_duration'), noticed('there is no such period', instead));
    return [];
  }
  findings.carry(settings.at('max_budget'), `the budget of the account default, each ${period}`, 'Run its line.');
  return [accountCommand('default', { budget: cutDecimals(amount), period })];
}

/** The one key of the file. Those of clients are in a database. */
function keyCommands(general: Section | undefined, findings: Findings): readonly string[] {
  if (general?.text('master_key') === undefined) return [];
  findings.carry(
    general.at('master_key'),
    'a new key for models alone',
    'Run its line, and give it to who used that key.',
  );
  return [keyCommand('master', {})];
}
