import { createHash, createHmac } from 'node:crypto';
import { readRequest } from '../request.ts';
import type { Shape } from '../shape.ts';
import { ANTHROPIC_CAPABILITIES, type Capabilities, OPENAI_CAPABILITIES } from './capabilities.ts';
import type { CrossingPorts, ReasoningPayload } from './ports.ts';
import type { CrossingRequest } from './transcoder.ts';

const encoder = new TextEncoder();

/** Ports with a real digest and a real mac under a key of the tests' own. `turns`: what is recalled, by tool-call id. */
export function testPorts(turns: ReadonlyMap<string, string> = new Map()): CrossingPorts {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (text: string, payload: string) =>
    createHmac('sha256', 'tests')
      .update(`${sha256(text)}.${payload}`)
      .digest('base64url');
  return {
    sha256,
    sign: (text, payload) => {
      const packed = Buffer.from(JSON.stringify(payload)).toString('base64url');
      return `th1.${packed}.${mac(text, packed)}`;
    },
    verify: (signature, text) => {
      const [prefix, payload = '', written] = signature.split('.');
      if (prefix !== 'th1' || written !== mac(text, payload)) return undefined;
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as ReasoningPayload;
    },
    recall: (toolCallId) => turns.get(toolCallId),
  };
}

/** A request on its way to an upstream of that shape, of which nothing is known but what is said here. */
export function crossingOf(
  body: string | Uint8Array<ArrayBuffer>,
  upstream: Shape,
  capabilities: Partial<Capabilities> = {},
  more: Partial<CrossingRequest> = {},
): CrossingRequest {
  return {
    facts: readRequest(typeof body === 'string' ? encoder.encode(body) : body),
    upstreamModel: 'upstream-model',
    capabilities: { ...(upstream === 'openai' ? OPENAI_CAPABILITIES : ANTHROPIC_CAPABILITIES), ...capabilities },
    requestId: 'req_th_0000000000000000000000000000test',
    createdS: 1_790_000_000,
    keyId: 'key_test',
    betas: [],
    sessionId: undefined,
    estimateInput: () => 42,
    redact: (text) => text,
    ports: testPorts(),
    ...more,
  };
}
