const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Who is meant where nobody is named. */
export const FIRST_OPERATOR = 'admin';

export const OPERATOR_FORM = 'use 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.';

export function isOperatorName(text: string): boolean {
  return NAME.test(text);
}
