/** Several keys, a custom provider, servers of one's own, customers, teams, virtual keys, and what is not carried. */
export const BIFROST_COMPANY = `{
  "$schema": "https://www.getbifrost.ai/schema",
  "encryption_key": "env.BIFROST_ENCRYPTION_KEY",
  "client": { "enforce_auth_on_inference": true, "max_request_body_size_mb": 64, "allowed_origins": [] },
  "providers": {
    "openai": {
      "keys": [
        { "name": "a", "value": "env.OPENAI_KEY_A", "models": ["*"], "weight": 1 },
        { "name": "b", "value": "env.OPENAI_KEY_B", "models": ["*"], "weight": 1 },
        { "name": "c", "value": "sk-SECRET-three", "models": ["gpt-5-mini", "text-embedding-3-small"], "weight": 3 },
        { "name": "off", "value": "env.OPENAI_KEY_OFF", "models": ["*"], "weight": 0 }
      ],
      "network_config": {
        "default_request_timeout_in_seconds": 300,
        "stream_idle_timeout_in_seconds": 45,
        "max_retries": 4,
        "retry_backoff_initial": 500,
        "extra_headers": { "x-team": "blue" }
      },
      "concurrency_and_buffer_size": { "concurrency": 10, "buffer_size": 100 }
    },
    "azure": {
      "keys": [
        {
          "name": "eu",
          "value": { "env_var": "env.AZURE_KEY", "from_env": true },
          "models": ["gpt-5"],
          "weight": 1,
          "aliases": { "gpt-5": "gpt-5-eu", "gpt-5-nano": { "model_id": "nano-eu" } },
          "azure_key_config": { "endpoint": "https://eu.openai.azure.com", "api_version": "2024-10-21" }
        }
      ]
    },
    "ollama": {
      "keys": [
        { "name": "o", "value": "", "models": ["*"], "weight": 1, "ollama_key_config": { "url": "http://127.0.0.1:11434" } }
      ]
    },
    "house llm": {
      "keys": [{ "name": "h", "value": "env.HOUSE_KEY", "models": ["*"], "weight": 1 }],
      "network_config": { "base_url": "https://llm.example.com", "ca_cert_pem": "env.HOUSE_CA" },
      "custom_provider_config": {
        "base_provider_type": "openai",
        "allowed_requests": { "chat_completion": true, "chat_completion_stream": true },
        "request_path_overrides": { "chat_completion": "/api/v2/chat/completions" }
      }
    },
    "vertex": {
      "keys": [{ "name": "v", "weight": 1, "vertex_key_config": { "project_id": "p", "region": "global" } }]
    }
  },
  "governance": {
    "budgets": [
      { "id": "b-web", "max_limit": 50.5, "reset_duration": "1w", "virtual_key_id": "vk-web" },
      { "id": "b-acme", "max_limit": 1000, "reset_duration": "1M" },
      { "id": "b-hour", "max_limit": 2, "reset_duration": "1h", "team_id": "t-ml" },
      { "id": "b-nobody", "max_limit": 2, "reset_duration": "1d" }
    ],
    "rate_limits": [
      { "id": "r-web", "request_max_limit": 60, "request_reset_duration": "1m", "token_max_limit": 9000, "token_reset_duration": "1h" }
    ],
    "customers": [{ "id": "c-acme", "name": "Acme & Söhne", "budget_id": "b-acme" }],
    "teams": [{ "id": "t-ml", "name": "ML Team", "customer_id": "c-acme" }],
    "virtual_keys": [
      {
        "id": "vk-web",
        "name": "web's key",
        "value": "sk-bf-SECRET-web",
        "customer_id": "c-acme",
        "rate_limit_id": "r-web",
        "expires_at": "2031-05-01T00:00:00.123456Z",
        "provider_configs": [
          { "provider": "openai", "allowed_models": ["gpt-5-mini"], "key_ids": ["*"], "weight": 0.5 },
          { "provider": "ollama", "allowed_models": ["*"], "key_ids": ["*"] }
        ]
      },
      { "id": "vk-off", "name": "off", "is_active": false, "provider_configs": [] },
      { "id": "vk-none", "name": "none" }
    ],
    "routing_rules": [{ "id": "r", "name": "r", "targets": [{ "weight": 1 }] }]
  },
  "plugins": [{ "name": "semantic_cache", "enabled": true }]
}
`;

/** Everything in it has a counterpart. */
export const BIFROST_SMALL = `{
  "client": { "enforce_auth_on_inference": true },
  "providers": {
    "anthropic": { "keys": [{ "name": "a", "value": "env.ANTHROPIC_API_KEY", "models": ["*"], "weight": 1 }] }
  },
  "governance": {
    "virtual_keys": [
      { "id": "v", "name": "v", "provider_configs": [{ "provider": "anthropic", "allowed_models": ["*"] }] }
    ]
  }
}
`;
