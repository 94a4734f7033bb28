/** What takes a database from one version of its layout to the next. */
export interface MigrationStep {
  readonly from: number;
  readonly to: number;
  readonly sql: string;
}

export interface MigrationPlan {
  /** The database's file, or its address without a password. */
  readonly where: string;
  /** The version it has; 0: there is none yet. */
  readonly from: number;
  /** The version this program needs. */
  readonly to: number;
  /** What lies between. */
  readonly steps: readonly MigrationStep[];
}

/** A history as its steps: entry n takes a database from version n to n + 1. */
export function toSteps(history: readonly string[]): readonly MigrationStep[] {
  return history.map((sql, from) => ({ from, to: from + 1, sql }));
}
