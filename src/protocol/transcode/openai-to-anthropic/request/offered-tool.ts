import type { JsonNode } from '../../../json/node.ts';
import type { JsonText } from '../../../json/json-text.ts';
import type { Markable } from './cache-marks.ts';

/** A tool that is offered to the model. */
export interface OfferedTool extends Markable {
  /** The client's name of it. */
  readonly name: string;
  /** Its JSON text up to its closing brace. */
  readonly open: JsonText;
  /** The upstream runs it itself; the client asked for it in another way than as a tool. */
  readonly isServerTool?: boolean;
  readonly origin: JsonNode;
  /** The client's values by the upstream's names of them. */
  readonly parts: Readonly<Record<string, JsonNode | undefined>>;
}
