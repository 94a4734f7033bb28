/** Told how far long work is: `done` of `total`, in whatever unit, of a stage that is named in words. */
export type OnProgress = (stage: string, done: number, total: number) => void;

export const UNTOLD: OnProgress = () => undefined;
