import { z } from 'zod';
import { SlackApiError } from '../api-error.ts';
import { json, readArguments, text } from './arguments.ts';
import type { Method } from './method.ts';

/* views.*: docs.slack.dev/reference/methods?family=views */

const openArguments = z.strictObject({ trigger_id: text, view: json });

const open: Method = (given, { tokens, views }) => {
  const input = readArguments(openArguments, given);
  const valid = views.validateModal(input.view);
  return { view: views.open(tokens.useTrigger(input.trigger_id).personId, valid) };
};

const push: Method = (given, { tokens, views }) => {
  const input = readArguments(openArguments, given);
  const valid = views.validateModal(input.view);
  const { personId, viewId } = tokens.useTrigger(input.trigger_id);
  if (viewId === null) throw new SlackApiError('invalid_trigger_id');
  return { view: views.push(personId, viewId, valid) };
};

const update: Method = (given, { views }) => {
  const input = readArguments(
    z.strictObject({
      view: json,
      view_id: text.optional(),
      external_id: text.optional(),
      hash: text.optional(),
    }),
    given,
  );
  return {
    view: views.update({ id: input.view_id, externalId: input.external_id, hash: input.hash }, input.view),
  };
};

const publish: Method = (given, { views }) => {
  const input = readArguments(z.strictObject({ user_id: text, view: json, hash: text.optional() }), given);
  return { view: views.publish(input.user_id, input.view, input.hash) };
};

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.publish': publish,
  'views.push': push,
  'views.update': update,
};
