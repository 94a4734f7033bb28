import { describe, expect, test } from 'bun:test';
import { formatOrigin } from './config.ts';
import { configOf, problemsOf } from './load.fixture.ts';
import { describeConfig } from './show.ts';

describe('telemetry.otlp', () => {
  test('sends nothing unless an endpoint is named', () => {
    expect(configOf('telemetry: { otlp: { sample: 0.5 } }').otlp).toBeUndefined();
    expect(configOf('telemetry: { otlp: { endpoint: "http://127.0.0.1:4318/" } }').otlp).toEqual({
      endpoint: 'http://127.0.0.1:4318',
      headers: {},
      traces: true,
      metrics: true,
      sample: 1,
      intervalMs: 60_000,
      serviceName: 'tokenharbor',
      resource: {},
    });
  });

  test("OpenTelemetry's own variables stand above the file", () => {
    const config = configOf('telemetry: { otlp: { endpoint: "http://127.0.0.1:1", sample: 0.5, interval: 10s } }', {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, X-Team = blue ',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        OTEL_METRIC_EXPORT_INTERVAL: '5000',
        OTEL_SERVICE_NAME: 'harbor',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,k8s.pod.name=a',
      },
    });
    expect(config.otlp).toEqual({
      endpoint: 'https://collector.example/otlp',
      headers: { authorization: 'Bearer abc', 'x-team': 'blue' },
      traces: true,
      metrics: true,
      sample: 0.25,
      intervalMs: 5000,
      serviceName: 'harbor',
      resource: { 'deployment.environment.name': 'prod', 'k8s.pod.name': 'a' },
    });
    const origin = config.origins['telemetry.otlp.endpoint'];
    expect(origin && formatOrigin(origin)).toBe('environment OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  test('what cannot be read of them is told by name', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_HEADERS: 'sk-secret',
      OTEL_TRACES_SAMPLER_ARG: '2',
      OTEL_METRIC_EXPORT_INTERVAL: '1s',
      OTEL_RESOURCE_ATTRIBUTES: 'a=%',
    };
    const problems = problemsOf(undefined, { env }).join('\n');
    for (const name of Object.keys(env)) expect(problems).toContain(`environment: ${name}: `);
    expect(problems).not.toContain('sk-secret');
  });

  test('no header of it is ever shown', () => {
    const config = configOf(
      'telemetry: { otlp: { endpoint: "https://c.example", headers: { x-org: "0123456789abcdef" } } }',
    );
    expect(JSON.stringify(describeConfig(config))).not.toContain('0123456789ab');
  });

  test('headers over plain http to another machine are warned about', () => {
    const problems = problemsOf('telemetry: { otlp: { endpoint: "http://c.example", headers: { x-a: b } } }');
    expect(problems.join()).toContain('sends the headers over plain http to c.example');
  });
});

describe('admin', () => {
  test('may be off, by file and by variable', () => {
    expect(configOf('admin: { listen: off }').adminListen).toBeUndefined();
    expect(configOf(undefined, { env: { TOKENHARBOR_ADMIN_LISTEN: 'off' } }).adminListen).toBeUndefined();
    expect(describeConfig(configOf('admin: { listen: off }')).admin).toEqual({ listen: 'off', hosts: [] });
    expect(problemsOf('admin: { listen: on }').join()).toContain('HOST:PORT, [IPV6]:PORT, unix:/path or off');
  });

  test('is called by names of hosts, without ports', () => {
    expect(configOf('admin: { hosts: [Harbor.Internal] }').adminHosts).toEqual(['harbor.internal']);
    for (const bad of ['a:1', 'http://a', 'a b', '-a']) {
      expect(problemsOf(`admin: { hosts: ["${bad}"] }`).join()).toContain('is not a host name without a port');
    }
  });
});
