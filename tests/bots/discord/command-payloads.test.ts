import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../../../src/bots/commands/command-specs.ts';
import { commandPayloads } from '../../../src/bots/discord/command-payloads.ts';
import { differences } from '../../../src/bots/discord/register-commands.ts';

/** As Discord gives commands back: ids, versions, nulls for translations, defaults left out or filled in. */
function asRegistered() {
  return commandPayloads().map((command, index) => ({
    id: String(1000 + index),
    application_id: '1',
    version: '7',
    name_localizations: null,
    description_localizations: null,
    nsfw: false,
    ...command,
    description: 'description' in command ? command.description : '',
    options: ('options' in command ? command.options : undefined)?.map(option => {
      const { required, ...rest } = option as { required?: boolean };
      return required ? { ...rest, required } : rest;
    }),
    integration_types: [1, 0],
    contexts: [2, 0, 1],
  }));
}

describe('commandPayloads', () => {
  it('has every command and the context menu entry, for servers and for people', () => {
    const payloads = commandPayloads();
    expect(payloads.map(({ name }) => name)).toEqual([...COMMAND_NAMES, 'Describe image']);
    for (const { integration_types, contexts, default_member_permissions } of payloads) {
      expect(integration_types).toEqual([0, 1]);
      expect(contexts).toEqual([0, 1, 2]);
      expect(default_member_permissions).toBeNull();
    }
  });

  it('makes options of the types of the specs', () => {
    const describe = commandPayloads().find(({ name }) => name === 'describe');
    expect(describe).toMatchObject({
      options: [
        { name: 'image', type: 11 },
        { name: 'url', type: 3, max_length: 2000 },
        { name: 'style', type: 3, choices: expect.arrayContaining([{ name: 'brief', value: 'brief' }]) },
        { name: 'engine', type: 3, autocomplete: true },
      ],
    });
  });
});

describe('differences', () => {
  it('finds none in what Discord gives back for the same commands', () => {
    expect(differences(asRegistered(), commandPayloads())).toEqual([]);
  });

  it('names what was added, changed and removed', () => {
    const registered = asRegistered().filter(({ name }) => name !== 'stats');
    registered.find(({ name }) => name === 'help')!.description = 'Old help';
    registered.push({ ...registered[0]!, name: 'gone' });
    expect(differences(registered, commandPayloads()).toSorted()).toEqual(['gone', 'help', 'stats']);
  });

  it('sees a change in an option, a choice and a context', () => {
    for (const change of [
      { options: [{ type: 3, name: 'text', description: 'The text', required: false, max_length: 4000 }] },
      { contexts: [0] },
      { integration_types: [0] },
      { default_member_permissions: '32' },
    ]) {
      const registered = asRegistered().map(command =>
        command.name === 'adjectives' ? { ...command, ...change } : command,
      );
      expect(differences(registered, commandPayloads())).toEqual(['adjectives']);
    }
  });

  it('takes an answer that cannot be read for no commands', () => {
    expect(differences({ message: '?' }, commandPayloads())).toHaveLength(COMMAND_NAMES.length + 1);
  });
});
