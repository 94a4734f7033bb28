/** Of the operator's session. */
export const COOKIE = 'th_session';
