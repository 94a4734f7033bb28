import { type Rules, noticed, unnoticed } from './leave-out-rest.ts';

const NOTHING = 'Nothing is to be done.';
const BUDGETS = 'Budgets and limits are those of keys and accounts: `keys create`, `accounts create`.';
const KEYS = 'Make keys for its clients: `tokenharbor keys create --name NAME`.';
const TLS = 'Let the system trust the authority that signed it, or put a proxy between.';

export const NONE = unnoticed('has no counterpart', NOTHING);

export const ROOT_RULES: Rules = {
  config_store: unnoticed(
    'what was changed in its dashboard is in that database, which is not read',
    'Compare with its dashboard: keys and models that are only there must be made anew.',
  ),
  logs_store: unnoticed('the log is JSON lines on standard output', 'Collect them with what you have.'),
  guardrails_config: noticed('there are no guardrails', 'Check prompts and answers before or behind the gateway.'),
  mcp: noticed('there is no MCP endpoint', 'Connect clients to those servers directly.'),
  plugins: noticed(
    'there are no plugins',
    'Look for what each of them did in the README and the pages that it leads to.',
  ),
  auth_config: unnoticed('there is no dashboard to log in to', NOTHING),
};

export const PROVIDER_RULES: Rules = {
  proxy_config: noticed('providers are called directly', 'Let the system route them.'),
  concurrency_and_buffer_size: unnoticed(
    'requests do not wait in queues',
    'Limit keys: `keys create --concurrency N`.',
  ),
};

export const NETWORK_RULES: Rules = {
  insecure_skip_verify: noticed('certificates are always verified', TLS),
  ca_cert_pem: noticed('certificates are those the system trusts', TLS),
};

export const KEY_RULES: Rules = {
  blacklisted_models: noticed(
    'no model can be left out of all',
    'Name those it may serve, or limit keys: `keys create --models`.',
  ),
};

export const CLIENT_RULES: Rules = {
  required_headers: noticed('no header is asked of clients', 'Let a proxy in front do it.'),
  whitelisted_routes: noticed('every request needs a key', KEYS),
  allow_direct_keys: noticed('clients cannot bring keys of vendors', KEYS),
  allowed_origins: noticed('browsers of other sites are not let in', 'Call it from a server, or put a proxy in front.'),
  compat: noticed(
    'requests are not turned into those of other endpoints',
    'Call /v1/chat/completions or /v1/messages.',
  ),
};

export const GOVERNANCE_RULES: Rules = {
  auth_config: unnoticed('there is no dashboard to log in to', NOTHING),
  routing_rules: noticed(
    'models are not chosen by rules',
    'Write a model with those targets: weight for shares, priority for fallbacks. `th-orchestra` chooses by what is asked for.',
  ),
  pricing_overrides: noticed('is not read', 'Write the price of each model.'),
  model_configs: noticed('a model has no budget and no limit', BUDGETS),
  providers: noticed('a provider has no budget and no limit', BUDGETS),
  business_units: noticed('accounts have nothing above them', BUDGETS),
  complexity_analyzer_config: noticed('models are not chosen by rules', 'Ask for `th-orchestra`.'),
};

export const VIRTUAL_KEY_RULES: Rules = {
  mcp_configs: noticed('there is no MCP endpoint', 'Connect clients to those servers directly.'),
  access_profile_id: noticed('there are no profiles', 'Give the key --models and a --budget.'),
};
