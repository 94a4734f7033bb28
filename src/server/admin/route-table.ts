import type { Static, TObject, TSchema, TUndefined, TVoid } from '@sinclair/typebox';
import type { Operator } from './operator.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `open`: whoever can reach the listener may ask. `operator`: an operator's session is needed. */
export type Guard = 'open' | 'operator';

/** Names of the `:name` steps of a path. */
type ParamsOf<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** A request that its route may be asked: who sends it is known, and what it holds is checked. */
export interface AdminCall<G extends Guard = Guard, P extends string = string, Q = unknown, B = unknown> {
  readonly request: Request;
  readonly operator: G extends 'operator' ? Operator : undefined;
  /** Steps of the path, decoded. */
  readonly params: Readonly<Record<ParamsOf<P>, string>>;
  readonly query: Q;
  readonly body: B;
  /** The answer may take as long as it likes, and be quiet meanwhile: a stream of events. */
  readonly holdOpen: () => void;
  /** The address that asks; empty on a Unix socket. */
  readonly peer: () => string;
  /** Whether it could be asked again: of an answer that goes on, while a session may end. */
  readonly isStillIn: () => Promise<boolean>;
}

interface RouteFacts {
  readonly method: Method;
  /** `/api/keys/:id/revoke`. */
  readonly path: string;
  readonly guard: Guard;
  /** One line for `/openapi.json`. */
  readonly summary: string;
  /** The parameters behind `?`; left out: none are looked at. Numbers are read as numbers. */
  readonly query?: TObject;
  /** The JSON body; left out: the handler reads the request's body itself, or there is none. */
  readonly body?: TSchema;
  /** The JSON answer; left out: the handler makes the response itself, or says nothing (204). */
  readonly answer?: TSchema;
  /** Of the answer; 200, or 204 where there is none. */
  readonly status?: number;
  /** Other media types it may answer with. */
  readonly types?: readonly string[];
}

/** One row of the admin listener's route table. A row without a guard does not type-check. */
export interface AdminRoute extends RouteFacts {
  // A method, so that a row whose handler knows more of its call is one of them.
  handle(call: AdminCall): unknown;
}

/** What is returned is the answer's JSON; a `Response` goes out as it is. */
type Reply<A extends TSchema> = Static<A> | Response;

/** A row as it is written: the handler's call and its answer have the types of the schemas beside it. */
export function route<
  const G extends Guard,
  const P extends string,
  Q extends TObject = TObject<Record<never, never>>,
  B extends TSchema = TUndefined,
  A extends TSchema = TVoid,
>(
  row: Omit<RouteFacts, 'guard' | 'path' | 'query' | 'body' | 'answer'> & {
    readonly guard: G;
    readonly path: P;
    readonly query?: Q;
    readonly body?: B;
    readonly answer?: A;
    readonly handle: (call: AdminCall<G, P, Static<Q>, Static<B>>) => Reply<A> | Promise<Reply<A>>;
  },
): AdminRoute {
  return row as unknown as AdminRoute;
}

/** Whether a path is one of a route's. */
export function matches({ path }: Pick<AdminRoute, 'path'>, pathname: string): boolean {
  const [steps, given] = [path.split('/'), pathname.split('/')];
  return steps.length === given.length && steps.every((step, at) => step.startsWith(':') || step === given[at]);
}
