import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readLocked } from './lock-file.ts';
import { runTool } from './run-tool.ts';
import { amongShippedPackages } from './shipped-packages.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly [more: string]: unknown;
}

export interface BillOfMaterials {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component; readonly [more: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [more: string]: unknown;
}

interface Release {
  readonly root: string;
  /** Unix seconds. */
  readonly time: number;
  /** Paths of the archives. */
  readonly archives: readonly string[];
}

/**
 * The CycloneDX document of a release: npm's own of what package-lock.json brings into the executable, with Bun, which
 * is in it too, the archives' digests, and the time and the serial number that follow from these alone.
 */
export function describeMaterials({ root, time, archives }: Release): BillOfMaterials {
  const bom = JSON.parse(
    amongShippedPackages(root, (cwd) =>
      runTool('npm sbom --sbom-format=cyclonedx --sbom-type=application --package-lock-only'.split(' '), { cwd }),
    ),
  ) as BillOfMaterials;
  const program = bom.metadata.component;
  const { version, integrity } = readLocked(root, 'bun');
  const bun: Component = {
    'bom-ref': `bun@${version}`,
    type: 'framework',
    name: 'bun',
    version,
    scope: 'required',
    description: 'the runtime within the executable; the libraries it is made of are listed by its own project',
    purl: `pkg:npm/bun@${version}`,
    licenses: [{ license: { id: 'MIT' } }],
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }],
  };
  const externalReferences = archives.map((path) => ({
    type: 'distribution',
    url: basename(path),
    hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(readFileSync(path)).digest('hex') }],
  }));
  const { serialNumber: _, ...document } = {
    ...bom,
    metadata: {
      ...bom.metadata,
      timestamp: new Date(time * 1000).toISOString(),
      lifecycles: [{ phase: 'build' }],
      // npm takes the name from the directory it is asked in.
      component: { ...program, name: 'tokenharbor', externalReferences },
    },
    components: [...bom.components, bun],
    dependencies: [
      ...bom.dependencies.map((entry) =>
        entry.ref === program['bom-ref'] ? { ...entry, dependsOn: [...entry.dependsOn, bun['bom-ref']] } : entry,
      ),
      { ref: bun['bom-ref'], dependsOn: [] },
    ],
  };
  return { ...document, serialNumber: serialOf(JSON.stringify(document)) };
}

/** A UUID (version 8, RFC 9562) of a text. */
function serialOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `urn:uuid:${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}
