import { readGovernance } from './bifrost-governance.ts';
import { CLIENT_RULES, NONE, ROOT_RULES } from './bifrost-left-out.ts';
import { readProvider } from './bifrost-providers.ts';
import { BIFROST } from './bifrost-values.ts';
import type { Imported, ModelDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { leaveOutRest, noticed } from './leave-out-rest.ts';
import { ProviderBook } from './provider-book.ts';
import { variablesIn } from './references.ts';
import type { Section } from './section.ts';
import { type Source, refuse } from './source.ts';

/** Reads a `config.json` of Bifrost; ends the verb with 78 when it is none. */
export function importBifrost(source: Source, findings: Findings): Imported {
  const { root, name, lineOf } = source;
  const providers = root.section('providers');
  if (providers === undefined && root.has('providers')) {
    refuse(name, lineOf(['providers']), 'providers: is no map of providers');
  }
  if (providers === undefined && !root.has('governance')) {
    const hint = root.has('model_list') ? '. With model_list it is one of LiteLLM: tokenharbor import litellm' : '';
    refuse(name, 1, `is no configuration of Bifrost: it has neither providers nor governance${hint}`);
  }
  const book = new ProviderBook(variablesIn(source.text, BIFROST), findings);
  const models: Record<string, ModelDraft> = {};
  const retries = (providers?.keys ?? []).map((key) => {
    const section = providers?.section(key);
    if (section !== undefined) return readProvider(key, section, book, models, findings);
    findings.leaveOut(['providers', key], noticed('is no provider', 'Correct it.'));
    return undefined;
  });
  addBareNames(models);
  const governance = root.section('governance');
  const isFirstVersion = root.text('version') === '1';
  const commands = governance === undefined ? [] : readGovernance(governance, models, isFirstVersion, findings);
  const maxBody = readClient(root.section('client'), findings);
  root.ignore('$schema', 'version');
  leaveOutRest(root, ROOT_RULES, NONE, findings);
  const attempts = readAttempts(retries);
  return {
    config: {
      ...(maxBody === undefined ? {} : { server: { max_body: maxBody } }),
      providers: book.providers,
      models,
      ...(attempts === undefined ? {} : { retry: { attempts } }),
    },
    commands,
  };
}

/** Tries are counted alike for every provider: the one that asks for the most has its way. */
function readAttempts(retries: readonly (number | undefined)[]): number | undefined {
  const known = retries.filter((count) => count !== undefined);
  const attempts = Math.min(10, Math.max(1, Math.floor(Math.max(...known) + 1)));
  return known.length === 0 || attempts === 3 ? undefined : attempts;
}

/** There a model may be asked for without its provider; here it is an alias, where only one provider has it. */
function addBareNames(models: Record<string, ModelDraft>): void {
  const byName = Map.groupBy(Object.keys(models), (id) => id.slice(id.indexOf('/') + 1));
  for (const [name, ids] of byName) {
    const model = models[ids[0] ?? ''];
    if (ids.length === 1 && model !== undefined && !/[*/$]/.test(name) && !Object.hasOwn(models, name))
      model.aliases = [name];
  }
}

function readClient(client: Section | undefined, findings: Findings): string | undefined {
  const asksForKeys = client?.flag('enforce_auth_on_inference') ?? client?.flag('enforce_governance_header') ?? false;
  if (!asksForKeys) {
    const why = 'requests without a key were served, and are refused here';
    const instead = 'Make keys for such clients: `tokenharbor keys create --name NAME`.';
    findings.leaveOut(
      client === undefined ? ['client'] : client.at('enforce_auth_on_inference'),
      noticed(why, instead),
    );
  }
  if (client === undefined) return undefined;
  const megabytes = client.number('max_request_body_size_mb');
  if (megabytes !== undefined) findings.carry(client.at('max_request_body_size_mb'), 'server.max_body');
  for (const harmless of ['compat', 'allowed_origins', 'required_headers', 'whitelisted_routes']) {
    if (isWithoutEffect(client.peek(harmless))) client.ignore(harmless);
  }
  client.ignore('enforce_governance_header');
  if (client.flag('allow_direct_keys') === true) {
    findings.leaveOut(client.at('allow_direct_keys'), CLIENT_RULES['allow_direct_keys'] ?? NONE);
  }
  leaveOutRest(client, CLIENT_RULES, NONE, findings);
  return megabytes === undefined || megabytes <= 0 ? undefined : `${megabytes}MiB`;
}

/** Nothing in it is switched on, or it only says what holds anyhow. */
function isWithoutEffect(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.values(value).every((member) => member === false);
}
