/** Where the store tells what happened; pino's loggers are one. */
export interface StoreLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
