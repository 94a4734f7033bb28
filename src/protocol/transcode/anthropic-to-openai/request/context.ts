import type { Capabilities } from '../../capabilities.ts';
import type { CrossingPorts } from '../../ports.ts';
import type { ToolNames } from '../../tool-names.ts';
import type { CrossingRequest } from '../../transcoder.ts';
import type { Warnings } from '../../warnings.ts';
import type { OpenAiBody } from './openai-body.ts';

/** What every part of a request's crossing reads and writes. */
export interface Context {
  readonly crossing: CrossingRequest;
  readonly capabilities: Capabilities;
  readonly ports: CrossingPorts;
  readonly names: ToolNames;
  readonly warnings: Warnings;
  readonly body: OpenAiBody;
}
