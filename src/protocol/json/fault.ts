/** Why a text is not JSON: the first wrong byte (the length of the text where it ends too early) and what is wrong with it. */
export interface JsonFault {
  readonly offset: number;
  readonly message: string;
}
