import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { guessShape } from '../gateway/guess-shape.ts';
import { InputEstimates } from '../gateway/input-estimate.ts';
import { explainRouting } from '../gateway/orchestra/explain.ts';
import { readSteeringSwitch } from '../gateway/orchestra/steering-switch.ts';
import { unknownModel } from '../gateway/relay.ts';
import { explainRoute } from '../gateway/routing/explain.ts';
import type { Routed } from '../gateway/routing/fit.ts';
import { Planner } from '../gateway/routing/plan.ts';
import { Sessions } from '../gateway/routing/session-memory.ts';
import { ApiError } from '../protocol/api-error.ts';
import { encodeString } from '../protocol/json/encode-string.ts';
import { findMember, isFault, scanObject } from '../protocol/json/scan.ts';
import { splice } from '../protocol/json/splice.ts';
import { readRequest, type RequestFacts } from '../protocol/request.ts';
import type { Shape } from '../protocol/shape.ts';
import { buildGraph } from '../server/graph.ts';
import { type CliContext, fail } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { requireConfig } from './load-config.ts';
import { printJson } from './output.ts';

const SHAPES: readonly Shape[] = ['openai', 'anthropic'];

interface ExplainFlags {
  readonly model?: string;
  readonly shape?: Shape;
  readonly jsonl?: boolean;
}

const EXAMPLES = `
Examples:
  echo '{"model":"th-orchestra","messages":[{"role":"user","content":"Plan a migration"}]}' | tokenharbor route explain
  tokenharbor route explain --model th-orchestra --jsonl < bodies.jsonl > decisions.jsonl`;

/** Says where a request would go. Throws an `ApiError` for a request that is refused. */
type Explainer = (facts: RequestFacts, shape: Shape) => Record<string, unknown>;

export function registerRoute(program: Command, context: CliContext): void {
  program
    .command('route')
    .description('say where requests go')
    .addHelpText('after', EXAMPLES)
    .command('explain')
    .description('read a request body and print which target would serve it, and why; nothing is sent')
    .option('--model <id>', 'in place of the model in the body')
    .addOption(new Option('--shape <shape>', 'left out: what the body looks like').choices(SHAPES))
    .option('--jsonl', 'one body a line in, one decision a line out')
    .action((flags: ExplainFlags, command: Command) => explain(flags, command, context));
}

async function explain(flags: ExplainFlags, command: Command, context: CliContext): Promise<void> {
  const explainer = explainerOf(requireConfig(command, context));
  if (flags.jsonl !== true) {
    const decision = decide(await text(context.stdin), flags, explainer);
    printJson(context.stdout, decision);
    if ('error' in decision) fail(EXIT.FAILURE, '');
    return;
  }
  let failed = false;
  for await (const line of createInterface({ input: context.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const decision = decide(line, flags, explainer);
    failed ||= 'error' in decision;
    context.stdout.write(`${JSON.stringify(decision)}\n`);
  }
  if (failed) fail(EXIT.FAILURE, '');
}

/** Prices and what models take come from the configuration; all targets are up, and no session is known. */
function explainerOf(config: Config): Explainer {
  const { catalogue, orchestra } = buildGraph(config, { userAgent: 'tokenharbor', via: '1.1 tokenharbor' });
  const estimates = new InputEstimates();
  const planner = new Planner({ sessions: new Sessions(), estimates, now: () => 0, random: () => 0 });
  const headers = new Headers();
  return (facts, shape) => {
    const steering = readSteeringSwitch(headers, facts);
    const asked = (model: Routed['model']): Routed => ({ headers, shape, keyId: '', facts, model });
    if (orchestra.answersTo(facts.model)) {
      return explainRouting(orchestra, asked(orchestra.model), steering, planner, estimates);
    }
    const model = catalogue.find(facts.model);
    if (model === undefined) throw unknownModel(facts.model, shape);
    return explainRoute(asked(model), estimates);
  };
}

/** The decision on one body, or the error its client would get. */
function decide(body: string, flags: ExplainFlags, explainer: Explainer): Record<string, unknown> {
  let shape: Shape = flags.shape ?? 'openai';
  try {
    const facts = readRequest(withModel(new TextEncoder().encode(body), flags.model));
    shape = flags.shape ?? guessShape(facts);
    return explainer(facts, shape);
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    return { error: { code: cause.code, message: cause.message, param: cause.details.param ?? null } };
  }
}

/** The body with another model in it. A body that is no object is left for {@link readRequest} to refuse. */
function withModel(bytes: Uint8Array<ArrayBuffer>, model: string | undefined): Uint8Array<ArrayBuffer> {
  const scan = model === undefined ? undefined : scanObject(bytes);
  if (model === undefined || scan === undefined || isFault(scan)) return bytes;
  const member = findMember(scan, 'model');
  if (member !== undefined) {
    return splice(bytes, [{ start: member.valueStart, end: member.valueEnd, text: encodeString(model) }]);
  }
  const text = new TextEncoder().encode(`"model":${JSON.stringify(model)}${scan.members.length > 0 ? ',' : ''}`);
  return splice(bytes, [{ start: scan.open + 1, end: scan.open + 1, text }]);
}
