import { isDeepStrictEqual } from 'node:util';
import { type REST, type RESTPutAPIApplicationCommandsJSONBody, Routes } from 'discord.js';
import { z } from 'zod';

/** What is compared, as Discord gives it back: with its defaults filled in and without its own ids and versions. */
const option = z
  .object({
    type: z.number(),
    name: z.string(),
    description: z.string(),
    required: z.boolean().default(false),
    autocomplete: z.boolean().default(false),
    choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).default([]),
    min_value: z.number().optional(),
    max_value: z.number().optional(),
    min_length: z.number().optional(),
    max_length: z.number().optional(),
  })
  .strip();

const order = (values: number[]) => values.toSorted((a, b) => a - b);
const commands = z.array(
  z
    .object({
      type: z.number().default(1),
      name: z.string(),
      description: z.string().default(''),
      options: z.array(option).default([]),
      default_member_permissions: z.string().nullable().default(null),
      nsfw: z.boolean().default(false),
      integration_types: z.array(z.number()).default([0]).transform(order),
      contexts: z
        .array(z.number())
        .nullable()
        .default(null)
        .transform(types => types && order(types)),
    })
    .strip(),
);

/**
 * Registers the application commands where Discord has others: a write for each start would soon meet Discord's limit of
 * 200 new commands a day, and for a moment people would find none.
 *
 * @returns the names of the commands that were added, changed or removed; empty where all stood as they should
 * @throws what discord.js' REST client throws
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  wanted: RESTPutAPIApplicationCommandsJSONBody,
  signal: AbortSignal,
): Promise<string[]> {
  const route = Routes.applicationCommands(applicationId);
  const different = differences(await rest.get(route, { signal }), wanted);
  if (different.length > 0) await rest.put(route, { body: wanted, signal });
  return different;
}

/**
 * The names of the commands that differ between what is registered and what is wanted.
 *
 * @param registered Discord's answer, unchecked
 */
export function differences(registered: unknown, wanted: unknown): string[] {
  const is = byKey(registered);
  const shouldBe = byKey(wanted);
  return [...new Set([...is.keys(), ...shouldBe.keys()])]
    .filter(key => !isDeepStrictEqual(is.get(key), shouldBe.get(key)))
    .map(key => key.slice(key.indexOf(':') + 1));
}

function byKey(list: unknown) {
  // What cannot be read is taken for none: it is written anew.
  const parsed = commands.safeParse(list);
  return new Map((parsed.data ?? []).map(command => [`${command.type}:${command.name}`, command]));
}
