import { type Vendor, findVendor } from './vendors.ts';

export interface NamedModel {
  /** As it is written there. */
  readonly vendorName: string;
  readonly vendor: Vendor | undefined;
  /** What the server calls it. */
  readonly model: string;
}

/** Vendors of names without one; there they are found in a list of every model. */
const BARE: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt-|chatgpt-|codex-|o[1-9](?:$|-)|ft:gpt-|text-embedding-|whisper-|tts-|dall-e-)/, 'openai'],
  [/^claude-/, 'anthropic'],
];

/** Reads `provider/name`; undefined when nothing tells the provider. */
export function readModelName(text: string, provider: string | undefined): NamedModel | undefined {
  const slash = text.indexOf('/');
  const first = slash > 0 ? text.slice(0, slash) : undefined;
  if (provider !== undefined) return name(provider, first === provider ? text.slice(slash + 1) : text);
  if (first !== undefined) return name(first, text.slice(slash + 1));
  const known = BARE.find(([pattern]) => pattern.test(text))?.[1];
  return known === undefined ? undefined : name(known, text);
}

function name(vendorName: string, rest: string): NamedModel | undefined {
  const vendor = findVendor('litellm', vendorName);
  const route = vendor?.routes?.find((prefix) => rest.startsWith(prefix)) ?? '';
  const model = rest.slice(route.length);
  return model === '' ? undefined : { vendorName, vendor, model };
}
