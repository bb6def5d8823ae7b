import { SlackApiError } from '../api-error.ts';
import type { RateLimits } from '../rate-limits.ts';
import { METHOD_SCOPES } from '../scopes.ts';
import type { SocketModeServer } from '../socket-mode.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import type { Method, MethodContext } from './method.ts';
import { viewMethods } from './views.ts';
import { workspaceMethods } from './workspace.ts';

const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...chatMethods,
    ...conversationMethods,
    ...fileMethods,
    ...viewMethods,
    ...workspaceMethods,
  }),
);

const OPEN_CONNECTION = 'apps.connections.open';

export interface MethodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers Web API calls: who asks, whether they may, how often, and then the method itself. */
export class WebApi {
  readonly #context: MethodContext;
  readonly #limits: RateLimits | null;
  readonly #sockets: SocketModeServer;
  readonly #socketUrl: string;
  #isRevoked = false;

  /** @param limits null: calls are not limited */
  constructor(
    context: MethodContext,
    limits: RateLimits | null,
    sockets: SocketModeServer,
    socketUrl: string,
  ) {
    this.#context = context;
    this.#limits = limits;
    this.#sockets = sockets;
    this.#socketUrl = socketUrl;
  }

  /** From now on, the app's tokens are refused. */
  revokeTokens(): void {
    this.#isRevoked = true;
  }

  /** @param token from the header or the arguments */
  call(method: string, token: string | undefined, given: Readonly<Record<string, unknown>>): MethodAnswer {
    const { app, world } = this.#context;
    const scope = METHOD_SCOPES[method];
    const headers = {
      'x-oauth-scopes': app.scopes.all(),
      ...(typeof scope === 'string' ? { 'x-accepted-oauth-scopes': scope } : {}),
    };
    try {
      return { status: 200, headers, body: { ok: true, ...this.#answer(method, token, given) } };
    } catch (error) {
      if (!(error instanceof SlackApiError)) throw error;
      if (error.isFaultOfApp) world.problems.add(method, error.describe());
      if (error.code === 'ratelimited') {
        const retryAfter = String(error.details.retryAfterSeconds);
        return {
          status: 429,
          headers: { 'retry-after': retryAfter },
          body: { ok: false, error: error.code },
        };
      }
      return { status: 200, headers, body: { ok: false, error: error.code, ...error.details } };
    }
  }

  #answer(
    name: string,
    token: string | undefined,
    given: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    const { app } = this.#context;
    if (token === undefined || token === '') throw new SlackApiError('not_authed');
    const isAppToken = token === app.appToken;
    if (!isAppToken && token !== app.botToken) throw new SlackApiError('invalid_auth');
    if (this.#isRevoked) throw new SlackApiError('token_revoked');
    if (isAppToken !== (name === OPEN_CONNECTION)) throw new SlackApiError('not_allowed_token_type');
    this.#limits?.take(name, typeof given.channel === 'string' ? given.channel : undefined);
    if (name === OPEN_CONNECTION) return this.#openConnection();
    const method = METHODS.get(name);
    if (method === undefined) throw new SlackApiError('unknown_method', { req_method: name });
    const scope = METHOD_SCOPES[name];
    if (typeof scope === 'string') app.scopes.require(scope);
    return method(given, this.#context);
  }

  #openConnection(): Record<string, unknown> {
    if (!this.#context.app.manifest.settings.socket_mode_enabled) throw new SlackApiError('not_allowed');
    return {
      url: `${this.#socketUrl}/link/?ticket=${this.#sockets.giveTicket()}&app_id=${this.#context.app.id}`,
    };
  }
}
