import { type Static, Type } from '@sinclair/typebox';
import type { LoginProof, LoginRefusal, Operators } from '../../accounts/operators/operators.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../../accounts/operators/password-hash.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Operator } from './operator.ts';
import { type AdminRoute, route } from './route-table.ts';
import { Fields, Moment } from './schema.ts';
import { cookieOf, noCookie, operatorBy } from './session-cookie.ts';

export interface LoginServices {
  readonly operators: Operators;
  readonly version: string;
  /** Has the log say what operators do. */
  readonly tell: (what: string) => void;
}

const Text = Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD });

const Credentials = Fields({
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Of a one-time link.' })),
  operator: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  password: Type.Optional(Text),
});

const SESSION = {
  operator: Type.String(),
  csrf: Type.String({ description: 'To be sent as x-th-csrf with whatever changes something.' }),
  has_password: Type.Boolean(),
  expires_at: Moment,
};

const NewPassword = Fields({
  password: Type.String({ minLength: SHORTEST_PASSWORD, maxLength: LONGEST_PASSWORD }),
  current: Type.Optional(Text),
});

/** How operators come in, go out, and choose what they come in by. */
export function loginRoutes({ operators, version, tell }: LoginServices): readonly AdminRoute[] {
  return [
    route({
      method: 'POST',
      path: '/api/login',
      guard: 'open',
      summary: 'begin a session, by a one-time link or by a password',
      body: Credentials,
      answer: Fields(SESSION),
      async handle({ request, body, peer }) {
        const login = await operators.login(proofOf(body), peer());
        if ('refused' in login) {
          // Those that have to wait are not told: whoever goes on trying does not fill the log.
          if (login.refused === 'wrong') tell('a login of an operator failed');
          throw refusalOf(login);
        }
        const operator = operatorBy(login);
        tell(`operator ${operator.name} logged in by ${login.session.byLink ? 'a link' : 'the password'}`);
        return Response.json(describe(operator), { headers: { 'set-cookie': cookieOf(login.secret, request) } });
      },
    }),
    route({
      method: 'GET',
      path: '/api/session',
      guard: 'operator',
      summary: 'whose session this is',
      answer: Fields({ ...SESSION, version: Type.String(), read_only: Type.Boolean() }),
      handle: ({ operator }) => ({ ...describe(operator), version, read_only: false }),
    }),
    route({
      method: 'POST',
      path: '/api/logout',
      guard: 'operator',
      summary: 'end the session',
      async handle({ request, operator }) {
        await operators.logout(operator.session);
        return new Response(null, { status: 204, headers: { 'set-cookie': noCookie(request) } });
      },
    }),
    route({
      method: 'POST',
      path: '/api/password',
      guard: 'operator',
      summary: 'set a password; it ends every other session of this operator',
      body: NewPassword,
      async handle({ operator, body, peer }) {
        const { digest, byLink } = operator.session;
        const by = { digest, byLink, operator: operator.name };
        const refusal = await operators.setPassword(by, body.password, body.current, peer());
        if (refusal?.refused === 'slow') throw refusalOf(refusal);
        if (refusal !== undefined) {
          tell(`operator ${operator.name} could not change the password: the current one was not told`);
          throw new ApiError('permission_denied', 'current: this is not the current password', { param: 'current' });
        }
        tell(`operator ${operator.name} has a new password`);
      },
    }),
  ];
}

function describe({ name, session }: Operator) {
  const { csrf, hasPassword, expiresAt } = session;
  return { operator: name, csrf, has_password: hasPassword, expires_at: new Date(expiresAt).toISOString() };
}

function proofOf({ token, operator, password }: Static<typeof Credentials>): LoginProof {
  if (token !== undefined) {
    if (operator === undefined && password === undefined) return { token };
    throw new ApiError('invalid_value', 'token: stands for itself; leave out operator and password', {
      param: 'token',
    });
  }
  const missing = operator === undefined ? 'operator' : 'password';
  if (operator !== undefined && password !== undefined) return { operator, password };
  throw new ApiError('missing_required_parameter', `${missing}: is missing`, { param: missing });
}

/** The same words whatever was wrong. */
function refusalOf(refusal: LoginRefusal): ApiError {
  if (refusal.refused === 'wrong') {
    return new ApiError(
      'authentication_failed',
      'This does not let anybody in: the name or the password is wrong, or the link was used before or is too old',
    );
  }
  const retryAfterS = Math.ceil(refusal.waitMs / 1000);
  return new ApiError('rate_limited', `Too many logins failed; try again in ${retryAfterS} s`, { retryAfterS });
}
