import { type Rules, noticed, unnoticed } from './leave-out-rest.ts';

const BY_KEY = 'Limits are those of keys and accounts: `keys create --rpm N --tpm N --concurrency N`.';
const BUDGETS =
  'Budgets are those of keys and accounts: `keys create --budget USD`, `accounts create NAME --budget USD`.';
const LOG = 'The log is JSON lines on standard output, one a request, for any collector.';
const TOGETHER = 'Write it into the file to be imported.';

/** Members of a deployment's `litellm_params`. What is not here is sent with each request there. */
export const PARAM_RULES: Rules = {
  timeout: noticed('is no number of seconds', 'Set timeouts of the provider.'),
  stream_timeout: noticed('is no number of seconds', 'Set timeouts of the provider.'),
  rpm: unnoticed('a deployment has no limit of its own', BY_KEY),
  tpm: unnoticed('a deployment has no limit of its own', BY_KEY),
  max_parallel_requests: noticed('a deployment has no limit of its own', BY_KEY),
  max_budget: noticed('a deployment has no budget of its own', BUDGETS),
  budget_duration: noticed('a deployment has no budget of its own', BUDGETS),
  api_version: unnoticed('the v1 API of Azure, which is used here, has no versions', 'Nothing is to be done.'),
  max_retries: unnoticed('tries are counted for the whole request', 'Set retry.attempts.'),
  num_retries: unnoticed('tries are counted for the whole request', 'Set retry.attempts.'),
  drop_params: unnoticed('a hint that cannot cross is always dropped, and told', 'Nothing is to be done.'),
  tags: noticed('nothing is routed by tags', 'Give each tag a model id of its own, and keys their --models.'),
  azure_ad_token: noticed('only keys are sent to Azure', 'Use a key of the resource.'),
  tenant_id: noticed('only keys are sent to Azure', 'Use a key of the resource.'),
  client_id: noticed('only keys are sent to Azure', 'Use a key of the resource.'),
  client_secret: noticed('only keys are sent to Azure', 'Use a key of the resource.'),
  model_info: unnoticed('describes the model', 'Nothing is to be done.'),
  use_in_pass_through: unnoticed('there is no pass-through endpoint', 'Call /v1/chat/completions or /v1/messages.'),
};

export const PARAM_UNKNOWN = noticed('nothing is added to the body of a request', 'Have clients send it themselves.');

/** Members of `model_info`; it describes, so that hardly anything of it is felt. */
export const INFO_RULES: Rules = {
  base_model: noticed(
    'prices are not looked up by another name of the model',
    'Write the price of the model, or its answers cost nothing.',
  ),
  access_groups: noticed('there are no groups of models', 'Name the models of each key: `keys create --models A,B`.'),
};

export const INFO_UNKNOWN = unnoticed('describes the model in a way nothing here reads', 'Nothing is to be done.');

export const ROUTER_RULES: Rules = {
  context_window_fallbacks: noticed(
    'a prompt that is too long for a model is not sent to another model',
    'Write context for each model: among targets of one model those with room are asked first.',
  ),
  content_policy_fallbacks: noticed('a refused prompt is not sent to another model', 'Have clients ask for it.'),
  provider_budget_config: noticed('a provider has no budget', BUDGETS),
  enable_tag_filtering: noticed('nothing is routed by tags', 'Give each tag a model id of its own.'),
  retry_policy: unnoticed('what is tried again does not depend on a table', 'Set retry.attempts.'),
  model_group_retry_policy: unnoticed('tries are counted alike for every model', 'Set retry.attempts.'),
  allowed_fails: unnoticed('what is down is found out from its failures by itself', 'Nothing is to be done.'),
  cooldown_time: unnoticed('what is down is found out from its failures by itself', 'Nothing is to be done.'),
  cache_responses: unnoticed('answers are kept for an Idempotency-Key alone', 'Send one with what may be repeated.'),
};

export const ROUTER_UNKNOWN = unnoticed('has no counterpart', 'Nothing is to be done.');

export const GENERAL_RULES: Rules = {
  database_url: noticed(
    'keys, teams, users, their budgets and what was spent are in that database, which is not read',
    'Make the keys anew (`tokenharbor keys create`, `tokenharbor accounts create`). Never set database to the same URL: it wants one of its own.',
  ),
  store_model_in_db: noticed(
    'models that were added while it ran are in its database, which is not read',
    'Write them into the file to be imported.',
  ),
  allowed_ips: noticed('addresses of clients are not looked at', 'Let a firewall or a proxy in front do it.'),
  custom_auth: noticed('clients are known by keys of the gateway alone', 'Make each a key: `keys create`.'),
  enable_jwt_auth: noticed('clients are known by keys of the gateway alone', 'Make each a key: `keys create`.'),
  pass_through_endpoints: noticed('there are no pass-through endpoints', 'Call those vendors directly.'),
  max_request_size_mb: noticed('is a limit of another kind', 'Set server.max_body.'),
  max_parallel_requests: noticed('a deployment has no limit of its own', BY_KEY),
  global_max_parallel_requests: noticed('there is no limit for all together', BY_KEY),
  default_team_disabled: unnoticed('there are no teams', 'Use accounts.'),
};

export const GENERAL_UNKNOWN = unnoticed('has no counterpart', 'Nothing is to be done.');

export const SETTINGS_RULES: Rules = {
  callbacks: unnoticed('there are no callbacks', LOG),
  success_callback: unnoticed('there are no callbacks', LOG),
  failure_callback: unnoticed('there are no callbacks', LOG),
  drop_params: unnoticed('a hint that cannot cross is always dropped, and told', 'Nothing is to be done.'),
  cache: unnoticed('answers are kept for an Idempotency-Key alone', 'Send one with what may be repeated.'),
  cache_params: unnoticed('answers are kept for an Idempotency-Key alone', 'Send one with what may be repeated.'),
  context_window_fallbacks: ROUTER_RULES['context_window_fallbacks'] ?? ROUTER_UNKNOWN,
  content_policy_fallbacks: ROUTER_RULES['content_policy_fallbacks'] ?? ROUTER_UNKNOWN,
  default_internal_user_params: unnoticed('new keys have no terms by themselves', BUDGETS),
  default_key_generate_params: unnoticed('new keys have no terms by themselves', BUDGETS),
  upperbound_key_generate_params: unnoticed('new keys have no terms by themselves', BUDGETS),
  max_internal_user_budget: unnoticed('new keys have no terms by themselves', BUDGETS),
  internal_user_budget_duration: unnoticed('new keys have no terms by themselves', BUDGETS),
  ssl_verify: noticed('certificates are always verified', 'Let the system trust the authority that signed it.'),
};

export const SETTINGS_UNKNOWN = unnoticed('has no counterpart', 'Nothing is to be done.');

export const ROOT_RULES: Rules = {
  include: noticed('other files are not read', TOGETHER),
  environment_variables: noticed(
    'variables are not set by the file',
    'Set them in the environment the server is started with.',
  ),
  guardrails: noticed('there are no guardrails', 'Check prompts and answers before or behind the gateway.'),
  mcp_servers: noticed('there is no MCP endpoint', 'Connect clients to those servers directly.'),
  vector_store_registry: noticed('there are no vector stores', 'Ask them from the client.'),
  search_tools: noticed('there are no search tools', 'Offer them from the client.'),
  files_settings: noticed('there is no endpoint for files', 'Call the vendor directly.'),
  finetune_settings: noticed('there is no endpoint for fine-tuning', 'Call the vendor directly.'),
};

export const ROOT_UNKNOWN = unnoticed('has no counterpart', 'Nothing is to be done.');
