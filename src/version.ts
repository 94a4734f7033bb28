import packageJson from '../package.json' with { type: 'json' };

declare const TOKENHARBOR_COMMIT: string | undefined;
declare const TOKENHARBOR_TARGET: string | undefined;
declare const TOKENHARBOR_EPOCH: number | undefined;

export interface VersionInfo {
  readonly version: string;
  /** The commit it was built from; `unknown` when it runs from its sources. */
  readonly commit: string;
  /** When that commit was made, as ISO 8601; null when it runs from its sources. */
  readonly date: string | null;
  /** The version of Bun it runs on, or null on another runtime. */
  readonly bun: string | null;
  /** The commit that Bun was built from. */
  readonly bun_revision: string | null;
  readonly runtime: string;
  /** Platform it was built for, as `bun build --compile --target` names it. */
  readonly target: string;
}

export const VERSION: string = packageJson.version;

export function readVersion(): VersionInfo {
  const { bun, deno } = process.versions as { readonly bun?: string; readonly deno?: string };
  return {
    version: VERSION,
    // The build puts values in the place of these names; run from its sources they do not exist.
    commit: typeof TOKENHARBOR_COMMIT === 'string' ? TOKENHARBOR_COMMIT : 'unknown',
    date: typeof TOKENHARBOR_EPOCH === 'number' ? new Date(TOKENHARBOR_EPOCH * 1000).toISOString() : null,
    bun: bun ?? null,
    bun_revision: (process as { readonly revision?: string }).revision ?? null,
    runtime: bun !== undefined ? `bun ${bun}` : deno !== undefined ? `deno ${deno}` : `node ${process.versions.node}`,
    target: typeof TOKENHARBOR_TARGET === 'string' ? TOKENHARBOR_TARGET : `${process.platform}-${process.arch}`,
  };
}
