/** A proxy as one team may run it: shares, orders, fallbacks, aliases, a local server, and much that is not carried. */
export const LITELLM_TEAM = `# the team's proxy
model_list:
  - model_name: gpt-main
    litellm_params:
      model: azure/gpt-main-eu
      api_base: https://eu.openai.azure.com/
      api_key: os.environ/AZURE_EU_KEY
      api_version: "2025-04-01-preview"
      rpm: 300
      timeout: 600
  - model_name: gpt-main
    litellm_params:
      model: openai/gpt-5-mini
      api_key: os.environ/OPENAI_API_KEY
      rpm: 100
    model_info:
      input_cost_per_token: 2.5e-07
      output_cost_per_token: 0.000002
      cache_read_input_token_cost: 2.5e-08
      max_input_tokens: 400000
      supports_vision: true
  - model_name: gpt-main
    litellm_params:
      model: openai/gpt-5-mini
      api_key: sk-literal-SECRET-one
      order: 2
  - model_name: claude-*
    litellm_params:
      model: anthropic/claude-*
      api_key: os.environ/ANTHROPIC_API_KEY
  - model_name: local coder
    litellm_params:
      model: hosted_vllm/Qwen/Qwen3-Coder
      api_base: http://127.0.0.1:8000/v1
      api_key: none
  - model_name: mine
    litellm_params:
      model: openai/mine-7b
      api_base: https://llm.example.com/v1/chat/completions
      api_key: os.environ/MINE_KEY
      extra_headers: { x-team: blue, x-auth-token: SECRET-header }
      temperature: 0.2
  - model_name: nova
    litellm_params: { model: bedrock/amazon.nova-pro-v1:0, aws_region_name: us-east-1 }
  - model_name: embed
    litellm_params: { model: openai/text-embedding-3-small }
  - model_name: deep
    litellm_params:
      model: deepseek/deepseek-chat
      litellm_credential_name: shared
      weight: 3
  - model_name: groq/*
    litellm_params: { model: "groq/*" }
credential_list:
  - credential_name: shared
    credential_values: { api_key: os.environ/SHARED_DEEPSEEK_KEY }
router_settings:
  routing_strategy: simple-shuffle
  num_retries: 1
  model_group_alias: { gpt-4: gpt-main, fast: groq/llama-3.3-70b }
  redis_host: os.environ/REDIS_HOST
  redis_port: 6379
  redis_password: os.environ/REDIS_PASSWORD
litellm_settings:
  fallbacks: [{ gpt-main: [deep, claude-sonnet-4-5] }]
  context_window_fallbacks: [{ gpt-main: [deep] }]
  request_timeout: 90
  success_callback: [langfuse]
  max_budget: 250
  budget_duration: 30d
general_settings:
  master_key: sk-SECRET-master
  database_url: postgresql://litellm:SECRET-pass@db/litellm
guardrails:
  - guardrail_name: pii
`;

/** Everything in it has a counterpart. */
export const LITELLM_SMALL = `model_list:
  - model_name: openai/*
    litellm_params:
      model: openai/*
      api_key: os.environ/OPENAI_API_KEY
  - model_name: claude
    litellm_params:
      model: claude-sonnet-4-5
      timeout: os.environ/CLAUDE_TIMEOUT
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
`;
