/** One line, or one layer of a stack. */
export interface ChartLayer {
  readonly label: string;
  /** A colour of the style sheet, without its dashes. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** A line alone: the room below it is tinted. */
  readonly isFilled?: boolean;
}

export interface ChartLook {
  /** `bars`: layers stand on each other, a bar a day. */
  readonly kind: 'lines' | 'bars';
  readonly step: 'second' | 'day';
  /** Pixels. */
  readonly height: number;
  /** The axis reaches at least to here, so that little is not drawn as much. */
  readonly leastTop: number;
  readonly formatTick: (value: number) => string;
}
