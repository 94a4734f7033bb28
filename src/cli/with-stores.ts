import type { Command } from 'commander';
import { AccountRequestError } from '../accounts/accounts/lifecycle.ts';
import { KeyRequestError } from '../accounts/keys/lifecycle.ts';
import type { Stores } from '../accounts/store/ports.ts';
import { StoreError } from '../accounts/store/store-error.ts';
import { CliError } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** Opens the stores a verb works on; the command tells which data directory was asked for. */
export type OpenStores = (command: Command) => Stores | Promise<Stores>;

/** Does what a verb does with the stores, and closes them. What they refuse becomes an exit code. */
export async function withStores(
  command: Command,
  openStores: OpenStores,
  work: (stores: Stores) => Promise<void>,
): Promise<void> {
  try {
    const stores = await openStores(command);
    try {
      await work(stores);
    } finally {
      await stores.close();
    }
  } catch (error) {
    throw toCliError(error);
  }
}

export function toCliError(error: unknown): unknown {
  if (error instanceof KeyRequestError || error instanceof AccountRequestError) {
    return new CliError(error.code === 'invalid' ? EXIT.USAGE : EXIT.FAILURE, error.message);
  }
  if (error instanceof StoreError) {
    const passes = ['busy', 'io', 'full', 'unavailable'].includes(error.code);
    return new CliError(passes ? EXIT.UNAVAILABLE : EXIT.FAILURE, error.message);
  }
  return error;
}
