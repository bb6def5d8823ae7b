import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { MAX_IMAGE_BYTES } from '../inference/image/limits.ts';
import {
  describeBody,
  describeQuery,
  descriptionReport,
  errorAnswer,
  goalsAnswer,
  healthAnswer,
  reachAnswer,
  reachQuery,
  readyAnswer,
} from './api-schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** The API as OpenAPI 3.1 describes it, made of the schemas that requests are checked by. Its schemas are JSON Schema 2020-12. */
export function openApiDocument(hasToken: boolean): Json {
  const failures = (...statuses: number[]) =>
    Object.fromEntries(statuses.map(status => [status, answer('Refused or failed', errorAnswer)]));
  const security = hasToken ? [{ token: [] }] : [];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Visual Narrator',
      version: manifest.version,
      description: manifest.description,
      license: { name: 'Apache 2.0', identifier: manifest.license },
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/healthz': {
        get: { operationId: 'health', security: [], responses: { 200: answer('It runs', healthAnswer) } },
      },
      '/readyz': {
        get: {
          operationId: 'ready',
          security: [],
          responses: { 200: answer('It answers', readyAnswer), 503: answer('It does not yet', readyAnswer) },
        },
      },
      '/api/describe': {
        post: {
          operationId: 'describe',
          summary: `Describes an image of ${MAX_IMAGE_BYTES / 1e6} MB at most`,
          security,
          parameters: parametersOf(describeQuery, 'With the bytes of an image. '),
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: inputSchema(describeBody) },
              'application/octet-stream': {},
              'image/*': {},
            },
          },
          responses: {
            200: answer('The description and its figures', descriptionReport),
            ...failures(400, 401, 403, 413, 422, 429, 500, 502, 503, 504),
          },
        },
      },
      '/api/reach': {
        get: {
          operationId: 'reach',
          summary: 'What was measured of one figure of the outside world',
          security,
          parameters: parametersOf(reachQuery),
          responses: {
            200: answer('In the order of time', reachAnswer),
            ...failures(400, 401, 403, 429, 503),
          },
        },
      },
      '/api/goals': {
        get: {
          operationId: 'goals',
          summary: 'The launch goals with the latest that was measured',
          security,
          responses: { 200: answer('The goals', goalsAnswer), ...failures(401, 403, 429, 503) },
        },
      },
    },
  };
}

function answer(description: string, schema: z.ZodType): Json {
  return { description, content: { 'application/json': { schema: withoutDialect(z.toJSONSchema(schema)) } } };
}

function inputSchema(schema: z.ZodType): Json {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' }));
}

/** OpenAPI 3.1 names the dialect itself. */
function withoutDialect({ $schema: _, ...schema }: Json): Json {
  return schema;
}

function parametersOf(query: z.ZodType, note = ''): Json[] {
  const { properties = {}, required = [] } = inputSchema(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description = '', ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description: `${note}${description}`,
    schema,
  }));
}
