import { createHash } from 'node:crypto';
import type { Reply } from './connection.ts';
import { isUnknownScript, type RedisLink } from './link.ts';

/** A Lua script: Redis runs it as a whole, with nothing between its steps. */
export class Script {
  readonly #text: string;
  readonly #sha: string;

  constructor(text: string) {
    this.#text = text;
    this.#sha = createHash('sha1').update(text).digest('hex');
  }

  /**
   * Makes it known to the server on every connection of `link`, so that runs are carried out in the order they are sent
   * in, the first one too.
   */
  prepare(link: RedisLink): void {
    link.prepare(['SCRIPT', 'LOAD', this.#text]);
  }

  /**
   * Runs it over `keys`, which lie in one slot. Sends its text where the server has forgotten it. Rejects as
   * `RedisLink.send` does.
   */
  run(
    link: RedisLink,
    keys: readonly string[],
    args: readonly (string | number)[],
    onLate?: (reply: Reply) => void,
  ): Promise<Reply> {
    return this.#send(keys, args, (command) => link.send(command, onLate));
  }

  /** Runs it as `RedisLink.tell` does: nobody waits for it. */
  tell(link: RedisLink, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return this.#send(keys, args, (command) => link.tell(command));
  }

  async #send(
    keys: readonly string[],
    args: readonly (string | number)[],
    send: (command: readonly string[]) => Promise<Reply>,
  ): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    try {
      return await send(['EVALSHA', this.#sha, ...rest]);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return send(['EVAL', this.#text, ...rest]);
    }
  }
}
