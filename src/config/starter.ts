/**
 * What `config init` prints. Prose has a space after `#`; an option that is switched off has none, so that removing
 * the one character switches it on. As it stands it changes nothing but says where to begin.
 */
export const STARTER_FILE = `# Token Harbor. Check this file with: tokenharbor config check --config FILE
# Remove the # in front of an option to switch it on. Every option: docs/config.md
#
# \${NAME} takes an environment variable, \${file:PATH} the content of a file,
# \${cred:NAME} a systemd credential. Do not write keys into this file.

# Where clients connect: HOST:PORT or unix:/path. Anything but loopback is open to the network.
listen: 127.0.0.1:8787

# For operators: the dashboard, behind a login (\`tokenharbor admin token\`); metrics and health without one. Keep it private.
#admin: { listen: 127.0.0.1:8788 }

# The database and everything else that must survive a restart.
#data_dir: /var/lib/tokenharbor

# For more than one machine; without them SQLite in data_dir and limits in this process.
#database: postgres://tokenharbor@db.internal/tokenharbor
#redis: redis://redis.internal:6379/0
# While redis does not answer: each process keeps the limits by itself (local), or nothing gets through (closed).
#limits: { on_failure: local }

log:
  level: info

# Where traces and metrics are sent, as OTLP over HTTP.
#telemetry:
#  otlp: { endpoint: http://127.0.0.1:4318, sample: 0.1 }

#server:
#  max_body: 32MiB
#  body_timeout: 60s
#  heartbeat: 10s
#  drain_timeout: 30s
#  trusted_proxies: [10.0.0.0/8]

# The model servers. Without this section: the built-in demo, and every known vendor whose key
# (OPENAI_API_KEY, ANTHROPIC_API_KEY, ...) is in the environment.
#providers:
#  openai:
#    preset: openai
#    api_key: \${OPENAI_API_KEY}
#  mine:
#    shape: openai
#    base_url: http://127.0.0.1:9101/v1
#    timeouts: { connect: 5s, first_byte: 120s, idle: 120s, total: 30m }

# What clients may ask for. Without this section: NAME/* for every provider.
#models:
#  fast:
#    targets:
#      - { provider: openai, model: gpt-5-mini }
#      - { provider: mine, model: local, priority: 1 }
#    price: { input: 0.25, output: 2, cache_read: 0.025 }
#    context: 400000
#  mine/*:
#    targets: [{ provider: mine, model: "*" }]

# Which models the routed model th-orchestra may use for which role, and how much quality counts beside price (0 to 1).
#orchestra:
#  pools: { planner: [fast], coder: [fast], summarizer: [mine/small] }
#  quality: 0.5

#retry: { attempts: 3, budget: 0.2 }

# Answers to requests with an Idempotency-Key are kept this long, in at most this much memory.
#idempotency: { ttl: 24h, memory: 64MiB }

# The page GET /docs: whether it is there, and whether everybody may see the models or only who gives it a key.
#docs: { enabled: true, models: key }

# A process of its own recomputes the whole ledger this often; what is not as it should be is in a metric. 0s: never.
#ledger: { verify_every: 1h }
`;
