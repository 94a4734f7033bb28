import type { TSchema } from '@sinclair/typebox';
import type { DataErrorCode } from '../error-meanings.ts';

/** What a route is about, for those who read a list of them. */
export const TAGS = {
  Models: 'Ask a model, or which models there are.',
  Account: 'What the key that asks has used, and what is left.',
  Steering: 'The texts that th-orchestra may add to a system prompt.',
  Health: 'For load balancers and supervisors.',
  Documentation: 'This documentation.',
} as const;
export type Tag = keyof typeof TAGS;

/** A body by its media type. */
export type Content = Readonly<Record<string, TSchema>>;

export interface Parameter {
  readonly name: string;
  readonly meaning: string;
  readonly schema: TSchema;
}

/** One row of the route table, in words. */
export interface Operation {
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly details?: string;
  /** What the `*` of its path stands for. */
  readonly rest?: Parameter;
  readonly query?: readonly Parameter[];
  /** Whether it obeys the switches of a request to a model. */
  readonly takesSwitches?: true;
  readonly body?: TSchema;
  /** Status 200. */
  readonly answer: { readonly meaning: string; readonly content: Content };
  /** Further answers that are no errors of the one table. */
  readonly also?: Readonly<Record<number, { readonly meaning: string; readonly content: Content }>>;
  /** Whether a model answers it: then its headers say which, and its errors may be a provider's. */
  readonly asksModel?: true;
  /** What may go wrong besides what may go wrong with every route of its guard. */
  readonly fails: readonly DataErrorCode[];
}
