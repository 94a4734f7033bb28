/** A rate or a share, with as many digits as say something. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0';
  if (perSecond >= 100) return new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(perSecond);
  return perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}

/** From 0 to 1, as a percentage. What is little is not shown as nothing. */
export function formatShare(share: number): string {
  if (share === 0) return '0%';
  if (share < 0.0001) return '<0.01%';
  if (share < 0.1) return `${Number((share * 100).toFixed(2))}%`;
  return `${Number((share * 100).toFixed(1))}%`;
}
