/**
 * Reads a slash command while it is typed.
 *
 * @param {string} typed
 * @param {readonly { name: string, options: readonly { name: string, choices: readonly string[], kind: string }[] }[]} commands
 * @returns null where it is no command; else the command (undefined while its name is unfinished), the values of its
 *   options, the text that belongs to no option, and what is being typed at the end
 */
export function readTypedCommand(typed, commands) {
  if (!typed.startsWith('/')) return null;
  const body = typed.slice(1);
  // The longest name first: one may begin like another.
  const command = commands
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => body === name || body.startsWith(`${name} `));
  if (!command) return { name: body, command: undefined, options: {}, rest: '', at: 'name', word: body };
  const text = body.slice(command.name.length);
  const options = {};
  const names = command.options.map(({ name }) => name);
  const pattern =
    names.length > 0 ? new RegExp(`(?:^|\\s)(${names.map(escapePattern).join('|')}):`, 'g') : null;
  const found = pattern ? [...text.matchAll(pattern)] : [];
  found.forEach((match, index) => {
    const from = match.index + match[0].length;
    options[match[1]] = text.slice(from, found[index + 1]?.index).trim();
  });
  const rest = (found.length > 0 ? text.slice(0, found[0].index) : text).trim();
  const last = found.at(-1);
  const lastWord = /\S*$/.exec(text)[0];
  const value = last ? text.slice(last.index + last[0].length) : '';
  // A choice is over with its first blank; a text goes on.
  const isInValue = last && (!/\s/.test(value.trimStart()) || lastWord === '') && !/\s$/.test(value);
  return {
    name: command.name,
    command,
    options,
    rest,
    at: isInValue ? 'value' : 'option',
    option: isInValue ? command.options.find(({ name }) => name === last[1]) : undefined,
    word: isInValue ? value.trimStart() : lastWord,
  };
}

/**
 * What could be typed next.
 *
 * @param {ReturnType<typeof readTypedCommand>} state
 * @param {Parameters<typeof readTypedCommand>[1]} commands
 * @param {readonly { name: string, value: string }[]} completions what the bot offers for the option at hand
 * @returns {{ label: string, hint: string, insert: string }[]} `insert` takes the place of what is being typed
 */
export function suggest(state, commands, completions = []) {
  if (state === null) return [];
  const { at, word, command, option, options, rest } = state;
  if (at === 'name') {
    return commands
      .filter(({ name }) => name.startsWith(word))
      .map(({ name, description }) => ({ label: `/${name}`, hint: description, insert: `${name} ` }));
  }
  if (at === 'value') {
    const values =
      completions.length > 0 ? completions : option.choices.map(value => ({ name: value, value }));
    return values
      .filter(({ name }) => name.toLowerCase().includes(word.toLowerCase()))
      .map(({ name, value }) => ({ label: name, hint: option.name, insert: `${value} ` }));
  }
  if (isFreeText(command)) return suggestFromUsage(command.options[0].description, rest);
  return command.options
    .filter(({ name, kind }) => kind !== 'file' && options[name] === undefined && name.startsWith(word))
    .map(({ name, description, isRequired }) => ({
      label: `${name}:`,
      hint: isRequired ? `${description} (needed)` : description,
      insert: `${name}:`,
    }));
}

/** Slack's commands: one text, and a hint how it goes. */
function isFreeText({ options }) {
  return options.length === 1 && options[0].name === 'text' && options[0].kind === 'text';
}

/** `describe URL | stats | help` names what the text may begin with. */
function suggestFromUsage(usage, rest) {
  return usage
    .split('|')
    .map(form => form.trim())
    .filter(form => form !== '' && form.startsWith(rest) && !rest.includes(' '))
    .map(form => ({ label: form.split(' ')[0], hint: form, insert: `${form.split(' ')[0]} ` }));
}

function escapePattern(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
