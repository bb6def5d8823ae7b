/** One request that a pretend platform received, and what it answered. */
export interface Exchange {
  readonly method: string;
  /** The path as the platform's own API description writes it, `/channels/{channel_id}/messages`; null: no such path. */
  readonly path: string | null;
  readonly url: string;
  /** Content type and user agent; never a token. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** JSON, or the fields of a form; a file is a string that says how long it is. */
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
}

/** Learns of every exchange: what a conformance test validates. */
export interface ExchangeRecorder {
  onExchange(exchange: Exchange): void;
}
