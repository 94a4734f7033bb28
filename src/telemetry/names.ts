/**
 * Every name that dashboards, alerts and collectors know this program by, and the bounds of its histograms. A change
 * here breaks them: a test pins all of it.
 */

/** Prometheus, at `/metrics`. */
export const METRIC = {
  requests: 'tokenharbor_requests_total',
  requestDuration: 'tokenharbor_request_duration_seconds',
  timeToFirstByte: 'tokenharbor_time_to_first_byte_seconds',
  overhead: 'tokenharbor_overhead_seconds',
  streamsInFlight: 'tokenharbor_streams_in_flight',
  upstreamAttempts: 'tokenharbor_upstream_attempts_total',
  upstreamInFlight: 'tokenharbor_upstream_requests_in_flight',
  upstreamQueueDepth: 'tokenharbor_upstream_queue_depth',
  breakerState: 'tokenharbor_breaker_state',
  retries: 'tokenharbor_retries_total',
  fallbacks: 'tokenharbor_fallbacks_total',
  tokens: 'tokenharbor_tokens_total',
  reasoningTokens: 'tokenharbor_reasoning_tokens_total',
  cost: 'tokenharbor_cost_microusd_total',
  ledgerReserved: 'tokenharbor_ledger_reserved_microusd',
  ledgerSettle: 'tokenharbor_ledger_settle_seconds',
  ledgerUnsettled: 'tokenharbor_ledger_unsettled',
  ledgerUnwritten: 'tokenharbor_ledger_unwritten',
  ledgerWritable: 'tokenharbor_ledger_writable',
  ledgerDrift: 'tokenharbor_ledger_drift',
  ledgerVerified: 'tokenharbor_ledger_verified_timestamp_seconds',
  limitDenied: 'tokenharbor_limit_denied_total',
  authFailures: 'tokenharbor_auth_failures_total',
  steeringApplied: 'tokenharbor_steering_applied_total',
  answerOddities: 'tokenharbor_answer_oddities_total',
  faults: 'tokenharbor_faults_total',
  eventLoopLag: 'tokenharbor_eventloop_lag_seconds',
  buildInfo: 'tokenharbor_build_info',
  configInfo: 'tokenharbor_config_info',
  configReloadSuccessful: 'tokenharbor_config_last_reload_successful',
  configReloadTime: 'tokenharbor_config_last_reload_timestamp_seconds',
  otlpSent: 'tokenharbor_otlp_sent_total',
  otlpDropped: 'tokenharbor_otlp_dropped_total',
  cpu: 'process_cpu_seconds_total',
  residentMemory: 'process_resident_memory_bytes',
  startTime: 'process_start_time_seconds',
  openFds: 'process_open_fds',
  maxFds: 'process_max_fds',
} as const;

/** Labels. None of them takes a value that a client can choose. */
export const LABEL = {
  bun: 'bun',
  commit: 'commit',
  dialect: 'dialect',
  from: 'from',
  hash: 'hash',
  kind: 'kind',
  model: 'model',
  outcome: 'outcome',
  provider: 'provider',
  reason: 'reason',
  result: 'result',
  role: 'role',
  route: 'route',
  signal: 'signal',
  statusClass: 'status_class',
  stream: 'stream',
  target: 'target',
  to: 'to',
  type: 'type',
  version: 'version',
} as const;

/** Upper bounds, in seconds. */
export const BUCKETS = {
  requestDuration: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 1800],
  timeToFirstByte: [0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  overhead: [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  ledgerSettle: [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  eventLoopLag: [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
} as const;

/** The metrics of OpenTelemetry's GenAI conventions, with the bounds they recommend. Sent by OTLP alone. */
export const GEN_AI_METRIC = {
  tokenUsage: {
    name: 'gen_ai.client.token.usage',
    unit: '{token}',
    buckets: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
  },
  requestDuration: {
    name: 'gen_ai.server.request.duration',
    unit: 's',
    buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  timeToFirstToken: {
    name: 'gen_ai.server.time_to_first_token',
    unit: 's',
    buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  timePerOutputToken: {
    name: 'gen_ai.server.time_per_output_token',
    unit: 's',
    buckets: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
  },
} as const;

/** Attributes of spans and of the metrics above. What no convention has a name for begins with `tokenharbor.`. */
export const ATTRIBUTE = {
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  tokenType: 'gen_ai.token.type',
  requestId: 'tokenharbor.request.id',
  keyId: 'tokenharbor.key.id',
  account: 'tokenharbor.account',
  dialect: 'tokenharbor.dialect',
  outcome: 'tokenharbor.outcome',
  attempts: 'tokenharbor.attempts',
  costMicroUsd: 'tokenharbor.cost_microusd',
  usageEstimated: 'tokenharbor.usage.estimated',
  steering: 'tokenharbor.steering',
  routeRole: 'tokenharbor.route.role',
  routePool: 'tokenharbor.route.pool',
  replayOf: 'tokenharbor.replay_of',
  serviceName: 'service.name',
  serviceVersion: 'service.version',
} as const;

/** The one operation there is. */
export const OPERATION = 'chat';
