import { ask, pathOf } from './request.ts';

export type Shape = 'openai' | 'anthropic';

export interface Place {
  readonly provider: string;
  readonly model: string;
  readonly shape: Shape;
  readonly crosses: boolean;
}

export interface RoutedTarget extends Place {
  readonly priority: number;
  readonly weight: number;
  readonly price?: { readonly input: string; readonly output: string };
  readonly fits: boolean;
  readonly lacks: readonly string[];
}

/** Where a request would go. The members of th-orchestra are there where it was asked. */
export interface Route {
  readonly model: string;
  readonly target: Place;
  readonly reason: string;
  readonly needs: readonly string[];
  readonly input_tokens: number;
  readonly policy: string;
  readonly targets: readonly RoutedTarget[];
  readonly pool?: string;
  readonly role?: string;
  readonly confidence?: number;
  readonly score?: number;
  readonly stage?: string;
  readonly steering?: string;
  readonly models?: readonly string[];
  readonly target_reason?: string;
}

/** Nothing is sent to a provider. */
export function askRoute(body: string, shape: Shape | undefined, signal?: AbortSignal): Promise<Route> {
  return ask<Route>(pathOf('/api/route', { shape }), { method: 'POST', body, signal });
}
