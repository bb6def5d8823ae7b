/** Where the commands count what they do: an operator's figures, without anybody's names. */
export interface BotMetrics {
  /**
   * One image was described, or could not be.
   *
   * @param engineMs the engine's own work in milliseconds; null where there was none
   */
  described(platform: string, engine: string, engineMs: number | null): void;
  /** A reply with descriptions stands, so many milliseconds after the event. */
  replied(platform: string, totalMs: number): void;
}

export const NO_METRICS: BotMetrics = { described() {}, replied() {} };
