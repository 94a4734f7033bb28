import { ATTRIBUTE } from '../names.ts';
import { type KeyValue, toAttributes } from './attributes.ts';

/** Who sends. */
export interface Sender {
  readonly serviceName: string;
  readonly version: string;
  /** More attributes, by the operator's wish. */
  readonly resource: Readonly<Record<string, string>>;
}

export function resourceOf({ serviceName, version, resource }: Sender): { readonly attributes: readonly KeyValue[] } {
  return {
    attributes: toAttributes({
      ...resource,
      [ATTRIBUTE.serviceName]: serviceName,
      [ATTRIBUTE.serviceVersion]: version,
    }),
  };
}

export function scopeOf({ version }: Sender): { readonly name: string; readonly version: string } {
  return { name: 'tokenharbor', version };
}
