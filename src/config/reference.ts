import { buildTable, code } from './markdown.ts';
import { NOT_IN_EFFECT } from './not-in-effect.ts';
import { CONFIG_VARIABLE, OVERRIDES } from './overrides.ts';
import type { Preset } from './preset.ts';
import { PRESETS } from './presets.ts';
import { type Path, formatPath } from './problem.ts';
import { EXPECTED } from './kinds.ts';
import { type DialectFacts, writeDialect } from './schema-dialect.ts';
import { type SchemaNode, ROOT_NODE, choices, mapValueNode } from './schema-walk.ts';

/** The reference page, all of it from the schema and the tables beside it: docs/config.md. */
export function buildReference(): string {
  const sections = Object.entries(ROOT_NODE.properties ?? {}).map(([name, node]) => buildSection(name, node));
  return [INTRODUCTION, buildOverrides(), ...sections, buildPresets(), buildNotInEffect()].join('\n\n') + '\n';
}

const INTRODUCTION = `<!-- Printed by \`tokenharbor config reference\`. Change the schema, not this page. -->

# Configuration

One YAML file in UTF-8 (or UTF-16 as Windows PowerShell 5.1 writes it), named by \`--config FILE\` or \`${CONFIG_VARIABLE}\`; JSON works too. None is needed: every option has a default.
What a flag says stands above an environment variable, that above the file, and that above the default.

- \`tokenharbor config init\` prints a commented file to start from.
- \`tokenharbor config check\` reports every problem at once, with its line, and exits with 78 if there is an error.
- \`tokenharbor config show\` prints the effective values and where each came from.
- \`tokenharbor config schema\` prints a JSON Schema for editors.

Within any value, \`\${NAME}\` takes an environment variable, \`\${file:PATH}\` the content of a file (a relative path starts at
the directory of the configuration file; a newline at its end is dropped) and \`\${cred:NAME}\` the systemd credential
\`$CREDENTIALS_DIRECTORY/NAME\`. A missing one is an error. \`$\${\` stands for a literal \`\${\`.

Durations are written \`120ms\`, \`5s\`, \`30m\` or \`1h\`, sizes \`512KiB\`, \`32MiB\` or \`1GB\`.`;

function buildOverrides(): string {
  const rows = OVERRIDES.map(({ path, env, flag }) => [
    code(formatPath(path)),
    env === undefined ? '' : code(env),
    flag === undefined ? '' : code(flag.name),
  ]);
  return `## Variables and flags\n\n${buildTable(['Option', 'Variable', 'Flag'], rows)}`;
}

function buildSection(name: string, node: SchemaNode): string {
  const rows: string[][] = [];
  const isLeaf = node.type !== 'object';
  collectRows(node, [name], true, rows);
  const about = isLeaf ? '' : `\n\n${node.description ?? ''}`;
  return `## ${code(name)}${about}\n\n${buildTable(['Option', 'Type', 'Default', 'Meaning', 'Example'], rows)}`;
}

function collectRows(node: SchemaNode, path: Path, isTop: boolean, rows: string[][], required = false): void {
  const each = mapValueNode(node);
  const hasRow = !isTop || (node.properties === undefined && each?.properties === undefined);
  if (hasRow) rows.push(buildRow(node, path, required));
  // Listed once, where it stands first.
  if (node['x-same-as'] !== undefined) return;
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    collectRows(child, [...path, key], false, rows, node.required?.includes(key) === true);
  }
  // A map or list of plain values says all there is to say in its own row.
  if (each?.properties !== undefined) collectRows(each, [...path, 'NAME'], true, rows);
  if (node.items?.properties !== undefined) collectRows(node.items, [...path, 0], true, rows);
}

function buildRow(node: SchemaNode, path: Path, required: boolean): string[] {
  const fallback = node.default === undefined ? '' : code(inline(node.default));
  const example = node.examples?.[0];
  return [
    code(formatPath(path).replaceAll('[0]', '[]')),
    describeType(node),
    required ? '_required_' : fallback,
    describeMeaning(node),
    example === undefined ? '' : code(inline(example)),
  ];
}

function describeMeaning({ description, 'x-same-as': sameAs }: SchemaNode): string {
  if (sameAs === undefined) return description ?? '';
  return `${description ?? ''} Its options: those of ${code(formatPath(sameAs))} but \`auth\`.`;
}

function describeType(node: SchemaNode): string {
  const kind = node['x-kind'];
  if (kind === 'duration' || kind === 'size') return kind;
  if (kind !== undefined) return EXPECTED[kind].replace(/^an? /, '').replace(/ such as.*$/, '');
  const allowed = choices(node);
  if (allowed !== undefined) return allowed.length > 8 ? 'a name of the list below' : allowed.map(code).join(', ');
  if (node.type === 'array') return describeList(node.items);
  if (node.type === 'object') return 'map';
  return { string: 'text', boolean: '`true` or `false`', integer: 'whole number' }[node.type ?? ''] ?? node.type ?? '';
}

function describeList(items: SchemaNode | undefined): string {
  if (items?.properties !== undefined) return 'list';
  const allowed = items === undefined ? undefined : choices(items);
  return allowed === undefined ? 'list of text' : `list of ${allowed.map(code).join(', ')}`;
}

function buildPresets(): string {
  const rows = PRESETS.map((preset) => [
    code(preset.name),
    preset.shapes.join(', '),
    describeBaseUrl(preset),
    preset.keyEnv.map(code).join(', '),
    preset.note ?? '',
  ]);
  return (
    '## Presets\n\nA preset without a key variable needs no key. [prices.md](prices.md) has the prices that are known of their models.\n\n' +
    buildTable(['Preset', 'Shape', 'Base URL', 'Key variable', 'Notes'], rows) +
    '\n\nWhat each says of its `dialect`; all else is as the shape has it. Where it differs for some of its models, they are found by the ids it knows them by.\n\n' +
    PRESETS.filter((preset) => preset.kind === 'http')
      .flatMap(listDialects)
      .join('\n')
  );
}

function listDialects(preset: Preset): readonly string[] {
  const auth = preset.auth === 'bearer' ? [] : [code(`auth: ${preset.auth}`)];
  const models = (preset.models ?? []).map(
    ({ match, facts }) => `  - models ${code(match)}: ${describeFacts(facts).join(', ')}`,
  );
  const own = [...auth, ...describeFacts(preset.dialect)].join(', ');
  return [`- ${code(preset.name)}: ${own === '' ? 'nothing' : own}`, ...models];
}

function describeFacts(facts: DialectFacts): readonly string[] {
  return Object.entries(writeDialect(facts)).map(([key, value]) => code(`${key}: ${inline(value)}`));
}

function describeBaseUrl(preset: Preset): string {
  if (preset.baseUrl !== undefined) {
    const variable = preset.baseUrlEnv === undefined ? '' : `, or ${code(preset.baseUrlEnv)} beside the key variable`;
    return `${code(preset.baseUrl)}${variable}`;
  }
  return preset.baseUrlExample === undefined ? 'none' : `yours: ${code(preset.baseUrlExample)}`;
}

function buildNotInEffect(): string {
  const rows = NOT_IN_EFFECT.map(({ path, instead }) => [
    code(formatPath(path).replace('["*"]', '.NAME').replace('["*"]', '[]')),
    instead,
  ]);
  if (rows.length === 0) return '';
  return (
    '## Not in effect in this version\n\nThese are checked, and warned about when they are set, but nothing acts on them yet.\n\n' +
    buildTable(['Option', 'What happens instead'], rows)
  );
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, member]) => `${key}: ${inline(member)}`)
      .join(', ')} }`;
  }
  return value === '*' ? '"*"' : String(value);
}
