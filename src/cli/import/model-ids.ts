import { ROUTED_MODEL } from '../../config/resolve-orchestra.ts';

/** The id of ours that is nearest to a name; the same where that may stand. */
export function toModelId(name: string): string {
  const id = name.trim().replaceAll(/\s+/g, '-');
  return id === ROUTED_MODEL ? `${id}-model` : id;
}

/** What the `*` of a glob stands for in a name; undefined: it does not match. */
export function matchGlob(glob: string, name: string): string | undefined {
  const [before = '', after, ...rest] = glob.split('*');
  if (after === undefined || rest.length > 0) return undefined;
  if (!name.startsWith(before) || !name.endsWith(after) || name.length < before.length + after.length) return undefined;
  return name.slice(before.length, name.length - after.length);
}
