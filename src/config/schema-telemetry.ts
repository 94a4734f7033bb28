import { Type } from '@sinclair/typebox';
import { Duration, Flag, Section } from './schema-kinds.ts';

const Otlp = Section(
  {
    endpoint: Type.Optional(
      Type.String({
        'x-kind': 'base-url',
        description:
          'Where to: an OpenTelemetry collector or whatever else takes OTLP over HTTP as JSON. `/v1/traces` and ' +
          '`/v1/metrics` are appended. Left out: nothing is sent.',
        examples: ['http://127.0.0.1:4318'],
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String({ description: 'The value.', 'x-secret': true }), {
        description: 'Headers of each request to it, such as its credential.',
        examples: [{ authorization: 'Bearer ${COLLECTOR_TOKEN}' }],
      }),
    ),
    traces: Flag({ description: 'Whether spans of requests are sent.', default: true, examples: [false] }),
    metrics: Flag({
      description: 'Whether the metrics of the GenAI conventions are sent.',
      default: true,
      examples: [false],
    }),
    sample: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          "The share of requests whose spans are sent, unless the client's `traceparent` says. Those that fail always are.",
        default: 1,
        examples: [0.1],
      }),
    ),
    interval: Type.Optional(
      Duration({
        'x-positive': true,
        description: 'How often metrics are sent.',
        default: '60s',
        examples: ['10s'],
      }),
    ),
    service_name: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The `service.name` it is all sent under.',
        default: 'tokenharbor',
        examples: ['tokenharbor-eu'],
      }),
    ),
    resource: Type.Optional(
      Type.Record(Type.String(), Type.String({ description: 'The value.' }), {
        description: 'More attributes of the sender.',
        examples: [{ 'deployment.environment.name': 'production' }],
      }),
    ),
  },
  { description: 'Traces and metrics as OTLP over HTTP.' },
);

export const Telemetry = Section(
  { otlp: Type.Optional(Otlp) },
  {
    description:
      'Where traces and metrics are sent. Off by default; `/metrics` of the admin listener is there either way. ' +
      'Nothing of a prompt, an answer or a key is ever among them.',
  },
);
