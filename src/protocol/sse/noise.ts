const MAX_FRAMES = 3;

/** What is said of a stream that is nothing but noise. */
export const NOT_JSON = 'The upstream sent a stream that is not JSON';

/** Frames of one stream whose data is no JSON: a proxy's noise is borne with, a stream of it is not an answer. */
export class Noise {
  #frames = 0;

  /** One more such frame: true where that is too many. */
  count(): boolean {
    return ++this.#frames >= MAX_FRAMES;
  }
}
