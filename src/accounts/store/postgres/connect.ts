import type { Address } from './address.ts';
import { Database } from './database.ts';

const PATIENT = { connections: 3, lockTimeoutMs: 5000, statementTimeoutMs: 30_000 } as const;

/** Connects. `prefer` means TLS where the server has it; which it is shows once, at the start. */
export async function connect(address: Address): Promise<{ readonly patient: Database; readonly address: Address }> {
  const patient = new Database(address, PATIENT);
  try {
    await patient.query('SELECT 1');
    return { patient, address };
  } catch (error) {
    await patient.close();
    const isPlain = /does not support SSL/i.test((error as Error).message);
    const mayBePlain = address.sslMode === 'prefer' || address.sslMode === 'allow';
    if (!isPlain || !mayBePlain) throw error;
    return connect({ ...address, sslMode: 'disable' });
  }
}
