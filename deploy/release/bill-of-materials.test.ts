import { afterAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';
import packageJson from '../../package.json' with { type: 'json' };
import { describeMaterials } from './bill-of-materials.ts';
import { readLocked } from './lock-file.ts';

// npm itself takes a second, and more on a busy machine.
setDefaultTimeout(60_000);

const root = join(import.meta.dir, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'tokenharbor-bom-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const archive = join(directory, 'tokenharbor_0.0.0_linux_x64.tar.gz');
writeFileSync(archive, 'not much');
const bom = describeMaterials({ root, time: 1_700_000_000, archives: [archive] });

/** CycloneDX's own schema of the document's version, and those it refers to. */
function validator() {
  const schemas = join(root, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
  const read = (name: string) => JSON.parse(readFileSync(join(schemas, name), 'utf8')) as AnySchemaObject;
  const names = readdirSync(schemas).filter((name) => /^(?:jsf-.*|spdx)\.SNAPSHOT\.schema\.json$/.test(name));
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const name of names) ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}`);
  addFormats.default(ajv);
  for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
  return ajv.compile(read(`bom-${String(bom['specVersion'])}.SNAPSHOT.schema.json`));
}

test('the document is one by the schema of CycloneDX', () => {
  const validate = validator();
  validate(bom);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...bom, components: [{ ...bom.components[0], type: 'no such type' }] })).toBe(false);
  expect(validate({ ...bom, serialNumber: 'urn:uuid:1' })).toBe(false);
});

test('it names every dependency of the program, what these need, and Bun', () => {
  const names = new Set(bom.components.map(({ name }) => name));
  const direct = Object.keys(packageJson.dependencies);
  expect(direct.filter((name) => !names.has(name))).toEqual([]);
  expect(bom.components).toContainEqual(
    expect.objectContaining({ name: 'bun', version: readLocked(root, 'bun').version }),
  );
  const program = bom.metadata.component;
  expect(program.name).toBe('tokenharbor');
  const needed = bom.dependencies.find(({ ref }) => ref === program['bom-ref'])?.dependsOn ?? [];
  expect(needed).toHaveLength(direct.length + 1);
  const refs = new Set(bom.components.map((component) => component['bom-ref']));
  expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
});

test('it names nothing that only serves development', () => {
  const names = bom.components.map(({ name }) => name);
  expect(Object.keys(packageJson.devDependencies).filter((name) => name !== 'bun' && names.includes(name))).toEqual([]);
});

test('it tells the digests of the archives', () => {
  expect(bom.metadata.component['externalReferences']).toEqual([
    {
      type: 'distribution',
      url: 'tokenharbor_0.0.0_linux_x64.tar.gz',
      hashes: [{ alg: 'SHA-256', content: createHash('sha256').update('not much').digest('hex') }],
    },
  ]);
});

test('it is the same each time, and another one for another release', () => {
  expect(describeMaterials({ root, time: 1_700_000_000, archives: [archive] })).toEqual(bom);
  const other = describeMaterials({ root, time: 1_700_000_001, archives: [archive] });
  expect(other.serialNumber).not.toBe(bom.serialNumber);
});
