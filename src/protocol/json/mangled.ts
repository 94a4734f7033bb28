import type { JsonFault } from './fault.ts';
export function describeMangledBody(_bytes: Uint8Array, fault: JsonFault): string {
  return fault.message;
}
