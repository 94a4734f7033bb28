import type { Listener, ListenOptions } from './listener.ts';

/** The listener of the runtime this runs on. */
export async function loadListen(): Promise<(options: ListenOptions) => Listener> {
  const { listen } = 'Bun' in globalThis ? await import('./bun.ts') : await import('./deno.ts');
  return listen;
}
