/** A collector of the tests' own: takes OTLP over HTTP as JSON, and keeps it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code: number };
  readonly attributes: readonly OtlpAttribute[];
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface OtlpMetric {
  readonly name: string;
  readonly histogram: { readonly dataPoints: readonly { readonly count: string; readonly sum: number }[] };
}

export class OtlpCollector {
  readonly spans: OtlpSpan[] = [];
  readonly metrics: OtlpMetric[] = [];
  readonly resources: OtlpAttribute[][] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Every body, as it came. */
  readonly bodies: string[] = [];
  /** What is answered; what is not taken is not kept. */
  status = 200;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      this.headers.push(request.headers);
      this.bodies.push(body);
      if (this.status === 200) this.#take(request.url ?? '', body);
      response.writeHead(this.status, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
    });
  });

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    await new Promise<void>((done) => collector.#server.listen(0, '127.0.0.1', done));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves with what `find` finds, as soon as it does. */
  async until<T>(find: () => T | undefined): Promise<T> {
    for (let i = 0; i < 500; i++) {
      const found = find();
      if (found !== undefined) return found;
      await Bun.sleep(20);
    }
    throw new Error(`it never came; what did:\n${this.bodies.join('\n').slice(0, 5000)}`);
  }

  /** The spans of one request, its own first. */
  spansOf(requestId: string): Promise<readonly OtlpSpan[]> {
    return this.until(() => {
      const own = this.spans.find((span) => valuesOf(span)['tokenharbor.request.id'] === requestId);
      return own && [own, ...this.spans.filter(({ parentSpanId }) => parentSpanId === own.spanId)];
    });
  }

  stop(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  #take(path: string, body: string): void {
    const data = JSON.parse(body) as Record<string, any>;
    if (path.endsWith('/v1/traces')) {
      for (const { resource, scopeSpans } of data['resourceSpans']) {
        this.resources.push(resource.attributes);
        for (const { spans } of scopeSpans) this.spans.push(...spans);
      }
    } else if (path.endsWith('/v1/metrics')) {
      for (const { resource, scopeMetrics } of data['resourceMetrics']) {
        this.resources.push(resource.attributes);
        for (const { metrics } of scopeMetrics) this.metrics.push(...metrics);
      }
    } else throw new Error(`nothing of OTLP's is at ${path}`);
  }
}

/** Attributes by their names, without their types. */
export function valuesOf({ attributes }: Pick<OtlpSpan, 'attributes'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
