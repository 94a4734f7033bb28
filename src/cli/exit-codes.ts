/** What the process says with its exit code; 69 and 78 are those of sysexits. */
export const EXIT = {
  OK: 0,
  /** Failed at run time. */
  FAILURE: 1,
  /** Wrong usage of the command line. */
  USAGE: 2,
  /** The check that was asked for found something. */
  CHECK_FAILED: 3,
  /** A server or resource that is needed is not there. */
  UNAVAILABLE: 69,
  BAD_CONFIG: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** As the manual has them. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.OK, 'fine.'],
  [EXIT.FAILURE, 'failed at run time.'],
  [EXIT.USAGE, 'wrong usage of the command line.'],
  [EXIT.CHECK_FAILED, 'the check that was asked for found something.'],
  [EXIT.UNAVAILABLE, 'a server or a resource that is needed is not there.'],
  [EXIT.BAD_CONFIG, 'the configuration has errors.'],
];
