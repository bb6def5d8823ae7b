import { existsSync, readFileSync } from 'node:fs';
import { OpenApiConformance } from '../openapi-conformance.ts';

const FILE = new URL('../../../../shared/specs/discord-openapi.json', import.meta.url);

/** Whether Discord's own API description lies beside the checkout. */
export const hasDiscordDescription = existsSync(FILE);

/** Validates against Discord's own API description, amended where it is known to be wrong. */
export function makeDiscordConformance(): OpenApiConformance {
  const description = JSON.parse(readFileSync(FILE, 'utf8'));
  // The description has numbers for the codes of form errors; Discord sends, and documents, names such as
  // BASE_TYPE_REQUIRED (API reference, "Error Messages").
  description.components.schemas.InnerErrors.properties._errors.items = {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: { type: 'string' }, message: { type: 'string' } },
    additionalProperties: false,
  };
  return new OpenApiConformance(description);
}
