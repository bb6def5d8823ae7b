import type { Interactions } from './interactions.ts';
import type { StoredMessage } from './message-store.ts';
import type { MessageRenderer } from './render-message.ts';
import { RestError } from './rest-error.ts';
import type { RestAnswer, RestRequest, Route } from './rest-server.ts';
import type { World } from './world.ts';

export interface InteractionRoutesOptions {
  readonly world: World;
  readonly interactions: Interactions;
  readonly renderer: MessageRenderer;
}

/** Counted for each interaction's token on its own. */
const WEBHOOK_LIMIT = { limit: 5, windowMs: 2000 };

/** The callback of an interaction, and the webhook that its token opens. */
export function interactionRoutes(options: InteractionRoutesOptions): Route[] {
  const { world, interactions, renderer } = options;
  const show = (message: StoredMessage): RestAnswer => ({
    status: 200,
    body: renderer.render(message, true),
  });
  const tokenOf = ({ params }: RestRequest): string => {
    if (params.webhook_id !== world.applicationId) throw new RestError('unknownWebhook');
    return params.webhook_token ?? '';
  };
  const webhook = '/webhooks/{webhook_id}/{webhook_token}';
  const messageRoutes = ['@original', '{message_id}'].flatMap((name): Route[] => {
    const path = `${webhook}/messages/${name}`;
    const idOf = ({ params }: RestRequest) => params.message_id ?? '@original';
    return [
      {
        method: 'GET',
        path,
        limit: WEBHOOK_LIMIT,
        isOpen: true,
        serve: request => show(interactions.messageOf(tokenOf(request), idOf(request))),
      },
      {
        method: 'PATCH',
        path,
        limit: WEBHOOK_LIMIT,
        isOpen: true,
        serve: request => {
          const { body, uploads, where } = request;
          return show(interactions.editMessage(tokenOf(request), idOf(request), body, uploads, where));
        },
      },
      {
        method: 'DELETE',
        path,
        limit: WEBHOOK_LIMIT,
        isOpen: true,
        serve: request => {
          interactions.deleteMessage(tokenOf(request), idOf(request));
          return { status: 204 };
        },
      },
    ];
  });
  return [
    {
      method: 'POST',
      path: '/interactions/{interaction_id}/{interaction_token}/callback',
      isOpen: true,
      serve: ({ params, query, body, uploads }) => {
        const { interaction_id: id = '', interaction_token: token = '' } = params;
        const response = interactions.acknowledge(id, token, body, uploads);
        return query.get('with_response') === 'true' ? { status: 200, body: response } : { status: 204 };
      },
    },
    {
      method: 'POST',
      path: webhook,
      limit: WEBHOOK_LIMIT,
      isOpen: true,
      serve: request => {
        const { body, uploads, where } = request;
        return show(interactions.followUp(tokenOf(request), body, uploads, where));
      },
    },
    ...messageRoutes,
  ];
}
