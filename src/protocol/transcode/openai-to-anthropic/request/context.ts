import { JsonNode } from '../../../json/node.ts';
import type { RequestFacts } from '../../../request.ts';
import type { Capabilities } from '../../capabilities.ts';
import type { CrossingPorts } from '../../ports.ts';
import { ToolNames } from '../../tool-names.ts';
import type { CrossingRequest } from '../../transcoder.ts';
import { Warnings } from '../../warnings.ts';
import { findForeignSignatures } from './foreign-signatures.ts';

/** What every part of a request's crossing reads, and the two it writes to: `names` and `warnings`. */
export interface Context {
  /** The body's top-level members; those that are null are left out, as if they were absent. */
  readonly members: ReadonlyMap<string, JsonNode>;
  /** The id the client asks for the model by. */
  readonly publicModel: string;
  /** The id the upstream knows it by. */
  readonly upstreamModel: string;
  readonly capabilities: Capabilities;
  readonly ports: CrossingPorts;
  /** Of thinking that the upstream is not to be given. */
  readonly foreignSignatures: ReadonlySet<string>;
  /** The upstream is to be given no signed thinking at all. */
  readonly withholdsThinking: boolean;
  readonly names: ToolNames;
  readonly warnings: Warnings;
}

/** What a request that crosses starts with. */
export function createContext({ facts, upstreamModel, capabilities, ports, thinking }: CrossingRequest): Context {
  const members = readMembers(facts);
  return {
    members,
    publicModel: facts.model,
    upstreamModel,
    capabilities,
    ports,
    foreignSignatures: findForeignSignatures(members.get('messages'), thinking),
    withholdsThinking: thinking?.withheld === true,
    names: new ToolNames(capabilities.toolNameMax, ports),
    warnings: new Warnings(),
  };
}

/** From the scan that was made when the request came in: a second one would read the whole body again. */
function readMembers({ bytes, scan }: RequestFacts): ReadonlyMap<string, JsonNode> {
  const root = new JsonNode(bytes, scan.open, scan.close + 1);
  const members = new Map<string, JsonNode>();
  for (const { name, valueStart, valueEnd } of scan.members) {
    const node = new JsonNode(bytes, valueStart, valueEnd, root, name);
    if (node.kind === 'null') members.delete(name);
    else members.set(name, node);
  }
  return members;
}
