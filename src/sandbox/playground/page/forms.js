import { el, freshId } from './dom.js';
import { unescapeEntities } from './slack-mrkdwn.js';

/**
 * Shows a form that the bot opened.
 *
 * @param {'discord' | 'slack'} platform
 * @param {any} json Discord's modal, or Slack's view
 * @param {(values: Record<string, string>) => Promise<unknown>} submit
 */
export function openForm(platform, json, submit) {
  showDialog(platform === 'discord' ? readModal(json) : readView(json), submit);
}

/** Asks for the alt text of a person's own image. */
export function askAltText(value, submit) {
  const field = {
    name: 'alt',
    label: 'Alt text',
    hint: 'What the picture shows, for people who do not see it.',
    value,
    maxChars: 1000,
    isLong: true,
    isRequired: false,
  };
  showDialog({ title: 'Edit alt text', submitLabel: 'Save', fields: [field] }, ({ alt }) =>
    submit(alt ?? ''),
  );
}

/** Discord's: https://docs.discord.com/developers/components/reference. */
function readModal({ title, components }) {
  return { title, submitLabel: 'Submit', fields: components.map(readModalField).filter(Boolean) };
}

function readModalField(component) {
  if (component.type === 10) return { note: component.content };
  const input = component.type === 1 ? component.components[0] : component.component;
  const label = component.label ?? input.label ?? '';
  const base = {
    name: input.custom_id,
    label,
    hint: component.description ?? '',
    isRequired: input.required ?? true,
  };
  if (input.type === 3) {
    return {
      ...base,
      value: input.options.find(option => option.default)?.value ?? '',
      choices: input.options.map(option => ({ value: option.value, label: option.label })),
    };
  }
  return { ...base, value: input.value ?? '', maxChars: input.max_length ?? 4000, isLong: input.style === 2 };
}

/** Slack's: https://docs.slack.dev/reference/views/modal-views. */
function readView({ title, submit, blocks, errors = {} }) {
  return {
    error: Object.values(errors).join(' '),
    title: title.text,
    submitLabel: submit?.text ?? 'Submit',
    fields: blocks.map(block => {
      if (block.type !== 'input') return { note: unescapeEntities(block.text?.text ?? '') };
      const { element } = block;
      const base = {
        name: block.block_id ?? element.action_id,
        label: unescapeEntities(block.label.text),
        hint: unescapeEntities(block.hint?.text ?? ''),
        isRequired: !block.optional,
        // As Slack does.
        saysOptional: true,
      };
      if (element.options) {
        return {
          ...base,
          value: element.initial_option?.value ?? '',
          choices: element.options.map(option => ({
            value: option.value,
            label: unescapeEntities(option.text.text),
          })),
        };
      }
      return {
        ...base,
        value: element.initial_value ?? '',
        maxChars: element.max_length ?? 3000,
        isLong: element.multiline ?? false,
      };
    }),
  };
}

function showDialog({ title, submitLabel, fields, error: before = '' }, submit) {
  const titleId = freshId('form');
  const error = el('p.error', { role: 'alert' }, before);
  const opener = document.activeElement;
  const form = el(
    'form',
    {
      method: 'dialog',
      onsubmit: async event => {
        event.preventDefault();
        error.textContent = '';
        const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
        try {
          await submit(values);
          dialog.close();
        } catch (cause) {
          error.textContent = cause.message;
        }
      },
    },
    el('h2', { id: titleId }, title),
    ...fields.map(renderField),
    error,
    el(
      'div.buttons',
      null,
      el('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      el('button.primary', { type: 'submit' }, submitLabel),
    ),
  );
  const dialog = el('dialog.dialog', { 'aria-labelledby': titleId }, form);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function renderField({
  saysOptional,
  note,
  name,
  label,
  hint,
  value,
  maxChars,
  isLong,
  isRequired,
  choices,
}) {
  if (note !== undefined) return el('p', null, note);
  const id = freshId('field');
  const hintId = hint ? freshId('hint') : null;
  const common = { id, name, required: isRequired, 'aria-describedby': hintId };
  let control;
  if (choices) {
    control = el(
      'select',
      common,
      value === '' && el('option', { value: '' }, 'Choose…'),
      choices.map(choice =>
        el('option', { value: choice.value, selected: choice.value === value }, choice.label),
      ),
    );
  } else if (isLong) {
    control = el('textarea', { ...common, maxlength: maxChars, rows: 4 }, value);
  } else {
    control = el('input', { ...common, type: 'text', maxlength: maxChars, value });
  }
  return el(
    'p.field',
    null,
    el('label', { for: id }, label, saysOptional && !isRequired ? ' (optional)' : ''),
    hint && el('span.hint', { id: hintId }, hint),
    control,
  );
}
