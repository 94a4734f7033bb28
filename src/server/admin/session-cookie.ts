import { endOf, type Login, type Operators } from '../../accounts/operators/operators.ts';
import type { Operator, SessionReader } from './operator.ts';

/** Of the operator's session. */
export const COOKIE = 'th_session';

/** As long as a session may last; when it is really over the store knows. */
const MAX_AGE_S = 7 * 24 * 3600;

/** Cookies of our name that are looked at, in the order the browser has them. */
const MOST_LOOKED_AT = 4;

/** The operators' sessions, by the cookie alone: no header that a client of the data listener has makes an operator. */
export function sessionsOf(operators: Pick<Operators, 'find'>): SessionReader {
  return {
    async operatorOf({ headers }) {
      for (const secret of secretsOf(headers.get('cookie') ?? '')) {
        const login = await operators.find(secret);
        if (login !== undefined) return operatorBy(login);
      }
      return undefined;
    },
  };
}

export function operatorBy({ session, csrf }: Login): Operator {
  const { digest, operator, byLink, hasPassword } = session;
  return {
    kind: 'operator',
    name: operator,
    session: { digest, csrf, byLink, hasPassword, expiresAt: endOf(session) },
  };
}

/** `Set-Cookie` of a session that begins. Where the page came by TLS, so does the cookie alone. */
export function cookieOf(secret: string, { headers }: Request): string {
  return attributes(secret, MAX_AGE_S, headers);
}

/** `Set-Cookie` of one that is over. */
export function noCookie({ headers }: Request): string {
  return attributes('', 0, headers);
}

function attributes(value: string, maxAgeS: number, headers: Headers): string {
  const isSecure = headers.get('origin')?.startsWith('https:') === true;
  return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

/** Several, where another server of this host has put one of its own before ours: that keeps nobody out. */
function secretsOf(cookies: string): readonly string[] {
  const secrets: string[] = [];
  for (const pair of cookies.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE && value !== undefined) secrets.push(value);
  }
  return secrets.slice(0, MOST_LOOKED_AT);
}
