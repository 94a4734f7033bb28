import type { FoundSession, NewSession, OperatorStore } from '../store/operator-store.ts';
import { LoginFailures } from './login-failures.ts';
import { isOperatorName } from './name.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { csrfOf, digestSecret, newSecret } from './secrets.ts';
import { Turn } from './turn.ts';

export interface OperatorsOptions {
  readonly store: OperatorStore;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
}

/** A session, and what its operator's browser has of it. */
export interface Login {
  readonly session: FoundSession;
  readonly csrf: string;
}

export interface BegunLogin extends Login {
  /** For the cookie; it exists nowhere else. */
  readonly secret: string;
}

/** Why nobody was let in: what was shown is not valid, or it was not looked at because too much failed before. */
export type LoginRefusal = { readonly refused: 'wrong' } | { readonly refused: 'slow'; readonly waitMs: number };

export type LoginProof = { readonly token: string } | { readonly operator: string; readonly password: string };

const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 24 * 3_600_000;
/** A session's last use is written this seldom. */
const USE_EVERY_MS = 60_000;
const WRONG = { refused: 'wrong' } as const;
const BUSY = { refused: 'slow', waitMs: 1000 } as const;

/** Lets operators in, by one-time links and by passwords, and knows who is in. */
export class Operators {
  readonly #options: OperatorsOptions;
  /** Apart from those of addresses: whoever has thousands of these pushes no name's out. */
  readonly #ofNames: LoginFailures;
  readonly #ofPeers: LoginFailures;
  readonly #hashing = new Turn(4);

  constructor(options: OperatorsOptions) {
    this.#options = options;
    this.#ofNames = new LoginFailures({ now: options.monotonic });
    this.#ofPeers = new LoginFailures({ now: options.monotonic });
  }

  /** `peer`: the address it comes from, by which failures are counted, too. */
  async login(proof: LoginProof, peer: string): Promise<BegunLogin | LoginRefusal> {
    return 'token' in proof ? this.#byLink(proof.token, peer) : this.#byPassword(proof.operator, proof.password, peer);
  }

  /** Whose session a secret is; undefined: nobody's, or it is over. */
  async find(secret: string): Promise<Login | undefined> {
    const digest = digestSecret(secret, 'ths');
    if (digest === undefined) return undefined;
    const { store, now } = this.#options;
    const at = now();
    const session = await store.findSession(digest, at);
    if (session === undefined) return undefined;
    const csrf = csrfOf(secret);
    if (at - session.usedAt < USE_EVERY_MS) return { session, csrf };
    const used = { usedAt: at, idleUntil: at + IDLE_MS };
    // Whoever may look may do so, also where nothing can be written now.
    await store.useSession(digest, used.usedAt, used.idleUntil).catch(() => undefined);
    return { session: { ...session, ...used }, csrf };
  }

  logout({ digest }: { readonly digest: string }): Promise<void> {
    return this.#options.store.endSession(digest);
  }

  /**
   * Gives an operator a password and ends their other sessions. `current` has to be the one there is, unless there is none or
   * the session was begun by a link: whoever makes links owns the machine. Undefined: it is done.
   */
  async setPassword(
    by: Pick<FoundSession, 'digest' | 'operator' | 'byLink'>,
    password: string,
    current: string | undefined,
    peer: string,
  ): Promise<LoginRefusal | undefined> {
    const { operator, byLink, digest } = by;
    const before = (await this.#options.store.find(operator))?.passwordHash ?? null;
    if (before !== null && !byLink) {
      const refusal = await this.#check(before, operator, current ?? '', peer);
      if (refusal !== undefined) return refusal;
    }
    const hash = await this.#hashing.take(() => hashPassword(password));
    if (hash === undefined) return BUSY;
    const isSet = await this.#options.store.setPassword({ operator, before, hash, session: digest });
    return isSet ? undefined : WRONG;
  }

  /** A link cannot be guessed, so that it is looked at however much failed before: nobody can keep its holder out. */
  async #byLink(token: string, peer: string): Promise<BegunLogin | LoginRefusal> {
    const { store } = this.#options;
    const link = digestSecret(token, 'tha');
    const { secret, session } = this.#newSession();
    const begun = link === undefined ? undefined : await store.beginByLink(link, session);
    if (begun !== undefined) {
      this.#ofPeers.forget(peer);
      return { session: begun, secret, csrf: csrfOf(secret) };
    }
    const waitMs = this.#ofPeers.waitMs(peer);
    this.#ofPeers.add(peer);
    return waitMs > 0 ? { refused: 'slow', waitMs } : WRONG;
  }

  async #byPassword(operator: string, password: string, peer: string): Promise<BegunLogin | LoginRefusal> {
    const { store } = this.#options;
    const known = isOperatorName(operator) ? await store.find(operator) : undefined;
    const refusal = await this.#check(known?.passwordHash ?? null, operator, password, peer);
    if (refusal !== undefined) return refusal;
    const { secret, session } = this.#newSession();
    const begun = await store.beginByPassword(operator, known?.passwordHash ?? '', session);
    return begun === undefined ? WRONG : { session: begun, secret, csrf: csrfOf(secret) };
  }

  /** Undefined: it is the password. */
  async #check(
    encoded: string | null,
    operator: string,
    password: string,
    peer: string,
  ): Promise<LoginRefusal | undefined> {
    const waitMs = Math.max(this.#ofNames.waitMs(operator), this.#ofPeers.waitMs(peer));
    if (waitMs > 0) return { refused: 'slow', waitMs };
    const checking = this.#hashing.take(() => verifyPassword(encoded ?? undefined, password));
    if (checking === undefined) return BUSY;
    // Before it is known, so that tries at the same time are counted too.
    this.#ofNames.add(operator);
    this.#ofPeers.add(peer);
    if (!(await checking)) return WRONG;
    this.#ofNames.forget(operator);
    this.#ofPeers.forget(peer);
    return undefined;
  }

  #newSession(): { readonly secret: string; readonly session: NewSession } {
    const secret = newSecret('ths');
    const at = this.#options.now();
    const digest = digestSecret(secret, 'ths') ?? '';
    return { secret, session: { digest, usedAt: at, idleUntil: at + IDLE_MS, endsAt: at + LONGEST_MS } };
  }
}

/** When a session is over unless it is used before, Unix milliseconds. */
export function endOf({ idleUntil, endsAt }: FoundSession): number {
  return Math.min(idleUntil, endsAt);
}
