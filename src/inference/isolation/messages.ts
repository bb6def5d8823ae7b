import { NarratorError } from '../../errors.ts';
import type { Style } from '../engines/engine.ts';
import { ImageError, type ImageErrorCode } from '../image/image-error.ts';
import { ModelError, type ModelErrorCode } from '../model-error.ts';
import type { Description } from '../narrator.ts';
import { InferenceError } from './inference-error.ts';

/** What an engine calls itself. Results that differ in it are never taken for one another. */
export interface EngineIdentity {
  readonly name: string;
  readonly model: string;
  readonly promptVersion?: string;
}

/** The part of the process's configuration that is not the engine's. */
export interface MeasuringConfig {
  /** Given where every picture is to be measured, with where the converted detector is kept. */
  readonly scenes?: { readonly cacheFolder: string | null };
}

/** From the parent to the inference process. */
export type ToChild =
  /** The first message, once: what the child's `createEngine` gets. */
  | { readonly type: 'start'; readonly config: unknown }
  | {
      readonly type: 'describe';
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly style: Style;
      readonly maxTokens?: number;
      /** Whether anyone wants the text as it grows. */
      readonly streams: boolean;
    }
  /** Answered by `failed` as soon as the engine can stop. */
  | { readonly type: 'cancel'; readonly id: number }
  /** Release the model and exit. */
  | { readonly type: 'stop' };

/** From the inference process to the parent. */
export type FromChild =
  | { readonly type: 'started'; readonly identity: EngineIdentity }
  /** Around the making ready of the model, whose time is not one request's own. */
  | { readonly type: 'loading' }
  | { readonly type: 'loaded' }
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | { readonly type: 'done'; readonly id: number; readonly description: Description }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly error: PackedError;
      /** True where native code may still be at work on it: only ending the process stops that. */
      readonly isStuck: boolean;
    }
  | { readonly type: 'warning'; readonly warning: string };

/** An error as it crosses to another process: what the person may see, and what only the log may. */
export interface PackedError {
  readonly kind: 'image' | 'model' | 'narrator' | 'fault';
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  /** The stack, causes included. */
  readonly detail: string;
}

/** Makes a message of an error. What is no `NarratorError` is a fault of the program. */
export function packError(error: unknown): PackedError {
  const detail = describeCauses(error);
  if (error instanceof ModelError) {
    const { code, message, remedy } = error;
    return { kind: 'model', code, message, remedy, detail };
  }
  if (error instanceof NarratorError) {
    const { code, message } = error;
    return { kind: error instanceof ImageError ? 'image' : 'narrator', code, message, detail };
  }
  return { kind: 'fault', code: 'inference-fault', message: '', detail };
}

/** The error again, in the class that it had. Its cause is the text of the stack that it had. */
export function unpackError({ kind, code, message, remedy = '', detail }: PackedError): NarratorError {
  const options = { cause: detail };
  switch (kind) {
    case 'image':
      return new ImageError(code as ImageErrorCode, message, options);
    case 'model': {
      const fault = message.slice(0, message.length - remedy.length).trimEnd();
      return new ModelError(code as ModelErrorCode, fault, remedy, options);
    }
    case 'narrator':
      return new NarratorError(code, message, options);
    case 'fault':
      return new InferenceError(
        'inference-fault',
        'The image could not be described because of a fault in the program: its log has the details.',
        options,
      );
  }
}

const MAX_CAUSES = 5;

function describeCauses(error: unknown): string {
  const parts: string[] = [];
  for (let cause = error; cause !== undefined && parts.length < MAX_CAUSES; ) {
    const isError: boolean = cause instanceof Error;
    parts.push(isError ? ((cause as Error).stack ?? (cause as Error).message) : String(cause));
    cause = isError ? (cause as Error).cause : undefined;
  }
  return parts.join('\ncaused by: ');
}
