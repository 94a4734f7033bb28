import packageJson from '../package.json' with { type: 'json' };

declare const TOKENHARBOR_COMMIT: string | undefined;
declare const TOKENHARBOR_TARGET: string | undefined;

export interface VersionInfo {
  readonly version: string;
  /** The commit it was built from; `unknown` when it runs from its sources. */
  readonly commit: string;
  /** The version of Bun it runs on, or null on another runtime. */
  readonly bun: string | null;
  readonly runtime: string;
  /** Platform it was built for, as `bun build --compile --target` names it. */
  readonly target: string;
}

export const VERSION: string = packageJson.version;

export function readVersion(): VersionInfo {
  const { bun, deno } = process.versions as { readonly bun?: string; readonly deno?: string };
  return {
    version: VERSION,
    // The build puts text in the place of both names; run from its sources they do not exist.
    commit: typeof TOKENHARBOR_COMMIT === 'string' ? TOKENHARBOR_COMMIT : 'unknown',
    bun: bun ?? null,
    runtime: bun !== undefined ? `bun ${bun}` : deno !== undefined ? `deno ${deno}` : `node ${process.versions.node}`,
    target: typeof TOKENHARBOR_TARGET === 'string' ? TOKENHARBOR_TARGET : `${process.platform}-${process.arch}`,
  };
}
