// What is used of it: a fork of X's own twitter-text 3.1.0, without the core-js 2 that changes globals and is deprecated.
declare module '@ambassify/twitter-text' {
  interface UrlEntity {
    readonly url: string;
    /** Start and end in UTF-16 code units. */
    readonly indices: readonly [number, number];
  }
  const twitterText: {
    /** By the weights of 2018 (version 3). `valid` is also false for no text, too much, and characters that X refuses. */
    parseTweet(text: string): { readonly weightedLength: number; readonly valid: boolean };
    extractUrlsWithIndices(text: string): readonly UrlEntity[];
    extractMentions(text: string): readonly string[];
    hasInvalidCharacters(text: string): boolean;
  };
  export default twitterText;
}
