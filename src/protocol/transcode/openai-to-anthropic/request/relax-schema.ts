import { escapeInner, joinTexts, type JsonText, listOf, objectOf, quote } from '../../../json/json-text.ts';
import type { JsonNode } from '../../../json/node.ts';
import { insideOf } from '../../../json/span.ts';

/** A schema that the upstream's decoder takes. */
export interface RelaxedSchema {
  readonly json: JsonText;
  /** Whether the upstream will hold the answer to all that the client's schema says. */
  readonly isExact: boolean;
}

type Members = [name: string, value: JsonText][];

/** Formats of strings that the upstream's decoder knows. */
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

/** Where definitions stood in older schemas, and where they stand now. */
const OLD_DEFINITIONS = '#/definitions/';

/**
 * A JSON schema with no keywords but those the upstream's decoder takes. All others go into the description of the very
 * place, so that the model is told what it is not held to. Order and numbers stay as they were written.
 */
export function relaxSchema(schema: JsonNode): RelaxedSchema {
  const relaxation = new Relaxation();
  return { json: relaxation.relax(schema.asObject()), isExact: relaxation.isExact };
}

class Relaxation {
  isExact = true;

  relax(schema: JsonNode): JsonText {
    if (schema.kind !== 'object') return schema;
    const ref = schema.get('$ref');
    if (ref !== undefined) return objectOf([...this.#definitions(schema), ['$ref', writeRef(ref)]]);
    const kept: Members = [];
    const others: JsonText[] = [];
    for (const [name, node] of schema.members) {
      // `null` is a value to `const` alone.
      const member = node.kind === 'null' && name !== 'const' ? 'left-out' : this.#keep(name, node, schema);
      if (member === 'left-out') continue;
      if (member !== undefined) kept.push(member);
      else {
        others.push([escapeInner(name), ': ', escapeInner(node.raw)]);
        this.isExact = false;
      }
    }
    if (takesObjects(schema) && !schema.members.has('additionalProperties'))
      kept.push(['additionalProperties', 'false']);
    if (others.length > 0) describe(kept, schema.get('description'), joinTexts(others, ', '));
    return objectOf(kept);
  }

  /** Undefined for what the decoder does not take. */
  #keep(name: string, node: JsonNode, schema: JsonNode): Members[number] | 'left-out' | undefined {
    switch (name) {
      case 'type':
      case 'title':
      case 'description':
      case 'required':
        return [name, node];
      case '$schema':
        return 'left-out';
      case '$defs':
        return this.#definitions(schema)[0];
      case 'definitions':
        return schema.members.has('$defs') ? 'left-out' : this.#definitions(schema)[0];
      case 'properties':
        return [name, this.#relaxMembers(node.asObject().members)];
      case 'anyOf':
      case 'allOf':
        return [name, this.#relaxElements(node)];
      case 'oneOf':
        return schema.members.has('anyOf') ? undefined : ['anyOf', this.#relaxElements(node)];
      case 'items':
        return node.kind === 'object' ? [name, this.relax(node)] : undefined;
      case 'enum':
        return node.elements.length > 0 && node.elements.every(isPrimitive) ? [name, node] : undefined;
      case 'const':
        return isPrimitive(node) ? [name, node] : undefined;
      case 'minItems':
        return node.raw === '0' || node.raw === '1' ? [name, node] : undefined;
      case 'format':
        return FORMATS.has(node.stringOrUndefined ?? '') ? [name, node] : undefined;
      case 'additionalProperties':
        if (node.raw !== 'false') this.isExact = false;
        return takesObjects(schema) ? [name, 'false'] : 'left-out';
      default:
        return undefined;
    }
  }

  #definitions(schema: JsonNode): Members {
    const nodes = ['$defs', 'definitions'].flatMap((name) => schema.get(name)?.asObject() ?? []);
    const members = new Map(nodes.flatMap((node) => [...node.members]));
    return nodes.length === 0 ? [] : [['$defs', this.#relaxMembers(members)]];
  }

  #relaxMembers(members: ReadonlyMap<string, JsonNode>): JsonText {
    return objectOf([...members].map(([name, value]) => [escapeInner(name), this.relax(value)] as const));
  }

  #relaxElements(node: JsonNode): JsonText {
    return listOf(node.asArray().map((element) => this.relax(element)));
  }
}

/** Adds to the description, where it stands or as the last member. `others` is escaped already. */
function describe(kept: Members, description: JsonNode | undefined, others: JsonText): void {
  const text = ['{', others, '}'];
  if (description === undefined) {
    kept.push(['description', quote(text)]);
    return;
  }
  const place = kept.findIndex(([name]) => name === 'description');
  kept[place] = ['description', quote([insideOf(description), '\\n\\n', text])];
}

function takesObjects(schema: JsonNode): boolean {
  const type = schema.get('type');
  const types = type === undefined ? [] : type.kind === 'array' ? type.elements : [type];
  return schema.members.has('properties') || types.some((one) => one.stringOrUndefined === 'object');
}

function isPrimitive(node: JsonNode): boolean {
  return node.kind !== 'object' && node.kind !== 'array';
}

function writeRef(ref: JsonNode): JsonText {
  const text = ref.asString();
  return text.startsWith(OLD_DEFINITIONS) ? JSON.stringify(`#/$defs/${text.slice(OLD_DEFINITIONS.length)}`) : ref;
}
