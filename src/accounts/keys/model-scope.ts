/** Whether a key may use a model. `null` is every model; an empty list is none. */
export function allowsModel(globs: readonly string[] | null, model: string): boolean {
  return globs === null || globs.some((glob) => matchesGlob(glob, model));
}

/**
 * `*` stands for any run of characters, `/` included; everything else for itself, letter case included.
 * On a mismatch only the latest `*` grows, so the work is at most glob × text, never exponential.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let inGlob = 0;
  let inText = 0;
  let star = -1;
  let resumeAt = 0;
  while (inText < text.length) {
    if (glob[inGlob] === '*') {
      star = inGlob++;
      resumeAt = inText;
    } else if (inGlob < glob.length && glob[inGlob] === text[inText]) {
      inGlob++;
      inText++;
    } else if (star !== -1) {
      inGlob = star + 1;
      inText = ++resumeAt;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === '*') inGlob++;
  return inGlob === glob.length;
}
