/**
 * Codes that only a fault of the app brings about: they are recorded as problems. The others (`channel_not_found`,
 * `message_not_found`, …) also answer a well-behaved app in a world that changes.
 */
const FAULTS_OF_THE_APP: ReadonlySet<string> = new Set([
  'cant_update_message',
  'cant_delete_message',
  'exchanged_trigger_id',
  'expired_trigger_id',
  'invalid_arguments',
  'invalid_auth',
  'invalid_blocks',
  'invalid_form_data',
  'invalid_json',
  'invalid_trigger_id',
  'missing_scope',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'not_allowed_token_type',
  'not_authed',
  'alt_txt_too_large',
  'unknown_method',
  'used_url',
  'view_too_large',
]);

/** What a Web API method answers with `ok: false`. */
export class SlackApiError extends Error {
  readonly code: string;
  /** Fields beside `ok` and `error`. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly isFaultOfApp: boolean;

  /** @param isFaultOfApp where it is not as the code says */
  constructor(
    code: string,
    details: Readonly<Record<string, unknown>> = {},
    isFaultOfApp = FAULTS_OF_THE_APP.has(code),
  ) {
    super(code);
    this.name = 'SlackApiError';
    this.code = code;
    this.details = details;
    this.isFaultOfApp = isFaultOfApp;
  }

  /** `invalid_arguments` or `invalid_blocks` with the sentences that say where. */
  static withMessages(code: string, messages: readonly string[], isFaultOfApp?: boolean): SlackApiError {
    const details = {
      ...(code === 'invalid_blocks' ? { errors: messages } : {}),
      response_metadata: { messages: messages.map(message => `[ERROR] ${message}`) },
    };
    return new SlackApiError(code, details, isFaultOfApp);
  }

  /** In words, for the list of problems. */
  describe(): string {
    return Object.keys(this.details).length === 0
      ? this.code
      : `${this.code} ${JSON.stringify(this.details)}`.slice(0, 1000);
  }
}
