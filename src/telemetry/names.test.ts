import { expect, test } from 'bun:test';
import { ATTRIBUTE, BUCKETS, GEN_AI_METRIC, LABEL, METRIC } from './names.ts';

/** Changing one of these breaks somebody's dashboard or alert: say so in the change log. */
test('the names that are known outside are these', () => {
  expect(Object.values(METRIC)).toEqual([
    'tokenharbor_requests_total',
    'tokenharbor_request_duration_seconds',
    'tokenharbor_time_to_first_byte_seconds',
    'tokenharbor_overhead_seconds',
    'tokenharbor_streams_in_flight',
    'tokenharbor_upstream_attempts_total',
    'tokenharbor_upstream_requests_in_flight',
    'tokenharbor_upstream_queue_depth',
    'tokenharbor_breaker_state',
    'tokenharbor_retries_total',
    'tokenharbor_fallbacks_total',
    'tokenharbor_tokens_total',
    'tokenharbor_reasoning_tokens_total',
    'tokenharbor_cost_microusd_total',
    'tokenharbor_ledger_reserved_microusd',
    'tokenharbor_ledger_settle_seconds',
    'tokenharbor_ledger_unsettled',
    'tokenharbor_ledger_unwritten',
    'tokenharbor_ledger_writable',
    'tokenharbor_ledger_drift',
    'tokenharbor_ledger_verified_timestamp_seconds',
    'tokenharbor_limit_denied_total',
    'tokenharbor_auth_failures_total',
    'tokenharbor_steering_applied_total',
    'tokenharbor_answer_oddities_total',
    'tokenharbor_faults_total',
    'tokenharbor_eventloop_lag_seconds',
    'tokenharbor_build_info',
    'tokenharbor_config_info',
    'tokenharbor_config_last_reload_successful',
    'tokenharbor_config_last_reload_timestamp_seconds',
    'tokenharbor_otlp_sent_total',
    'tokenharbor_otlp_dropped_total',
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
    'process_open_fds',
    'process_max_fds',
  ]);
  expect(Object.values(LABEL).join(' ')).toBe(
    'bun commit dialect from hash kind model outcome provider reason result role route signal status_class stream ' +
      'target to type version',
  );
  expect(Object.values(GEN_AI_METRIC).map(({ name, unit }) => `${name} ${unit}`)).toEqual([
    'gen_ai.client.token.usage {token}',
    'gen_ai.server.request.duration s',
    'gen_ai.server.time_to_first_token s',
    'gen_ai.server.time_per_output_token s',
  ]);
  expect(Object.values(ATTRIBUTE)).toEqual([
    'error.type',
    'http.request.method',
    'http.route',
    'http.response.status_code',
    'gen_ai.operation.name',
    'gen_ai.provider.name',
    'gen_ai.request.model',
    'gen_ai.request.stream',
    'gen_ai.response.finish_reasons',
    'gen_ai.response.time_to_first_chunk',
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.token.type',
    'tokenharbor.request.id',
    'tokenharbor.key.id',
    'tokenharbor.account',
    'tokenharbor.dialect',
    'tokenharbor.outcome',
    'tokenharbor.attempts',
    'tokenharbor.cost_microusd',
    'tokenharbor.usage.estimated',
    'tokenharbor.steering',
    'tokenharbor.route.role',
    'tokenharbor.route.pool',
    'tokenharbor.replay_of',
    'service.name',
    'service.version',
  ]);
});

test('bounds of histograms rise', () => {
  const all = [...Object.values(BUCKETS), ...Object.values(GEN_AI_METRIC).map(({ buckets }) => buckets)];
  for (const bounds of all) expect([...bounds]).toEqual([...new Set(bounds)].toSorted((a, b) => a - b));
  expect(GEN_AI_METRIC.tokenUsage.buckets.every((bound, i) => bound === 4 ** i)).toBe(true);
  expect(GEN_AI_METRIC.requestDuration.buckets.every((bound, i) => bound === 0.01 * 2 ** i)).toBe(true);
});
