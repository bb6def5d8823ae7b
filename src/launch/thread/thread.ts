/** A thread as it will be posted, to the byte. Plain data: it is stored, and its hash is what people approve. */
export interface ThreadContent {
  /** In order; each within X's weighted length. */
  readonly parts: readonly ThreadPart[];
}

export interface ThreadPart {
  readonly text: string;
  /** At most four pictures. */
  readonly pictures: readonly ThreadPicture[];
}

export interface ThreadPicture {
  readonly fileName: string;
  readonly pngBase64: string;
  /** At most 1,000 characters; never empty. */
  readonly altText: string;
}

/** Where a number of the text comes from. */
export interface SourcedNumber {
  /** As it stands in the text. */
  readonly shown: string;
  /** `run:<id>/<contender>/<measure>` or `sample:<source>/<subject>/<metric>@<slot>`. */
  readonly reference: string;
  readonly value: number;
}
