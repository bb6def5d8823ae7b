import type { Prompt } from '../../prompts.ts';
import type { EndpointNames, Refusal } from './endpoint-error.ts';

/** What one request asks for. */
export interface EndpointQuestion {
  readonly prompt: Prompt;
  /** A JPEG file in Base64; null where the question is about words alone. */
  readonly image: string | null;
  readonly maxTokens: number;
}

/** What an endpoint answered, with only what it told. */
export interface Answer {
  readonly text: string;
  /** What the model said instead of an answer. */
  readonly refusal: string | undefined;
  /** Why it stopped, `length` at the limit of tokens; undefined where the answer broke off. */
  readonly finishReason: string | undefined;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
}

/** An answer that is not a description is cut off here: descriptions have at most a few thousand characters. */
export const MOST_CHARS = 50_000;

/** One vendor's way of being asked. */
export interface EndpointApi {
  readonly names: EndpointNames;
  /** Takes the key out of a text. */
  hide(text: string): string;
  /** Loads the vendor's client. Calling it again does nothing. */
  connect(): Promise<void>;
  /**
   * Asks once.
   *
   * @param onText told the whole text so far as it grows; where it is absent the answer comes in one piece
   * @throws what the client throws; ZodError or SyntaxError where the answer has another form
   */
  ask(question: EndpointQuestion, signal: AbortSignal, onText?: (textSoFar: string) => void): Promise<Answer>;
  /** What the client threw: that nobody can be reached, a refusal, or undefined for anything else. */
  readFault(error: unknown): { readonly unreachable: unknown } | { readonly refusal: Refusal } | undefined;
}
