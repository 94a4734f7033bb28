import type { Config } from './config.ts';
import { isLoopback } from './kinds.ts';
import type { Path } from './problem.ts';
import { checkHeaders } from './provider-headers.ts';
import type { Resolver } from './resolver.ts';
import type { ConfigFile } from './schema.ts';
import { parseDuration } from './units.ts';

const AT: Path = ['telemetry', 'otlp'];

/** Nothing is sent where no endpoint is named. */
export function resolveTelemetry({ telemetry = {} }: ConfigFile, resolver: Resolver): Pick<Config, 'otlp'> {
  const { otlp = {} } = telemetry;
  const at = (key: string): Path => [...AT, key];
  const headers = checkHeaders(at('headers'), otlp.headers ?? {}, resolver);
  const intervalMs = parseDuration(resolver.chooseOrDefault<string>(at('interval'), otlp.interval));
  const rest = {
    headers,
    traces: resolver.chooseOrDefault<boolean>(at('traces'), otlp.traces),
    metrics: resolver.chooseOrDefault<boolean>(at('metrics'), otlp.metrics),
    sample: resolver.chooseOrDefault<number>(at('sample'), otlp.sample),
    serviceName: resolver.chooseOrDefault<string>(at('service_name'), otlp.service_name),
    resource: otlp.resource ?? {},
  };
  for (const key of ['headers', 'resource'] as const) {
    if (otlp[key] !== undefined) resolver.noteOrigin(at(key), resolver.fileOrigin(at(key)));
  }
  // An interval that failed its check has been reported.
  if (otlp.endpoint === undefined || intervalMs === undefined) return {};
  resolver.noteOrigin(at('endpoint'), resolver.fileOrigin(at('endpoint')));
  const { protocol, hostname } = new URL(otlp.endpoint);
  if (protocol === 'http:' && !isLoopback(hostname) && Object.keys(headers).length > 0) {
    resolver.warn(at('endpoint'), `sends the headers over plain http to ${hostname}`, 'Use https.');
  }
  return { otlp: { endpoint: otlp.endpoint.replace(/\/+$/, ''), intervalMs, ...rest } };
}
