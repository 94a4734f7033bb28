/** As many colours as can be told apart; what is beyond them is summed up as one. */
export const SERIES_COLORS = [
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'series-6',
  'series-7',
] as const;
export const OTHERS_COLOR = 'series-others';
