/** Digits in groups of three: `1,000,000` and `1 000 000`. A comma elsewhere is somebody's decimal point. */
const GROUPED = /^\d{1,3}(?:[,\s]\d{3})+$/;

/** A limit as it is typed; null: none. What is no whole number goes as it stands, for the API to refuse. */
export function readLimit(text: string): number | string | null {
  const typed = text.trim();
  if (typed === '') return null;
  const digits = GROUPED.test(typed) ? typed.replaceAll(/[,\s]/g, '') : typed;
  return /^\d+$/.test(digits) ? Number(digits) : digits;
}
