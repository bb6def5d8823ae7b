/** Discord's JSON error codes that the sandbox answers with (Discord's documentation, "JSON Error Codes"). */
const CODES = {
  general: [404, 0, '404: Not Found'],
  unauthorized: [401, 0, '401: Unauthorized'],
  unknownApplication: [404, 10002, 'Unknown Application'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  entityTooLarge: [413, 40005, 'Request entity too large'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  tooManyFollowUps: [400, 40094, 'This interaction has reached the maximum number of follow up messages'],
  missingAccess: [403, 50001, 'Missing Access'],
  notTheAuthor: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  cannotMessageUser: [403, 50007, 'Cannot send messages to this user'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  invalidForm: [400, 50035, 'Invalid Form Body'],
  invalidJson: [400, 50109, 'The request body contains invalid JSON.'],
} as const satisfies Record<string, readonly [status: number, code: number, message: string]>;

export type RestErrorKind = keyof typeof CODES;

/** One fault of a form, where it lies in the body. */
export interface FormFault {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

/** The refusal of a request, as Discord words it. */
export class RestError extends Error {
  readonly kind: RestErrorKind;
  readonly status: number;
  readonly body: { readonly code: number; readonly message: string; readonly errors?: unknown };

  constructor(kind: RestErrorKind, faults: readonly FormFault[] = []) {
    const [status, code, message] = CODES[kind];
    const details = faults.map(fault => `${fault.path.join('.')}: ${fault.message}`).join('; ');
    super(details === '' ? message : `${message} (${details})`);
    this.kind = kind;
    this.status = status;
    this.body = { code, message, ...(faults.length === 0 ? {} : { errors: nestFaults(faults) }) };
  }
}

/** A form with one fault. */
export function formError(path: FormFault['path'], code: string, message: string): RestError {
  return new RestError('invalidForm', [{ path, code, message }]);
}

type Nested = { [key: string]: Nested } & { _errors?: { code: string; message: string }[] };

/** `{embeds: {0: {title: {_errors: [{code, message}]}}}}`: Discord's nested form errors. */
function nestFaults(faults: readonly FormFault[]): Nested {
  const root: Nested = {};
  for (const { path, code, message } of faults) {
    let node = root;
    for (const key of path) {
      node[key] ??= {};
      node = node[key];
    }
    node._errors = [...(node._errors ?? []), { code, message }];
  }
  // The published schema wants a node to hold either errors of its own or further nodes; its own ones go first.
  const prune = (node: Nested): Nested => {
    if (node._errors !== undefined) return { _errors: node._errors } as Nested;
    return Object.fromEntries(
      Object.entries(node).map(([key, child]) => [key, prune(child as Nested)]),
    ) as Nested;
  };
  return prune(root);
}
