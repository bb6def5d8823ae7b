import type { types } from '@slack/bolt';
import type { Form, FormField } from '../commands/reply.ts';
import { FORM_ID } from './names.ts';
import { plainText, shownText, tidyText } from './plain-text.ts';

/** Of views and their elements: https://docs.slack.dev/reference/views/modal-views. */
const LIMITS = {
  title: 24,
  submit: 24,
  label: 2000,
  hint: 2000,
  input: 3000,
  option: 75,
  value: 150,
  options: 100,
};

/** @param metadata what the answer needs to find its way back: at most 3,000 characters */
export function renderForm(form: Form, metadata: string): types.ModalView {
  return {
    type: 'modal',
    callback_id: FORM_ID,
    private_metadata: metadata,
    title: plainText(form.title, LIMITS.title),
    submit: plainText(form.submitLabel, LIMITS.submit),
    close: plainText('Cancel', LIMITS.submit),
    blocks: form.fields.map(renderField),
  };
}

function renderField(field: FormField): types.KnownBlock {
  return {
    type: 'input',
    block_id: field.name,
    label: plainText(field.label, LIMITS.label),
    ...(field.hint === undefined ? {} : { hint: plainText(field.hint, LIMITS.hint) }),
    optional: !field.isRequired,
    element: field.kind === 'text' ? textInput(field) : select(field),
  };
}

function textInput(field: FormField & { kind: 'text' }) {
  const maxChars = Math.min(field.maxChars, LIMITS.input);
  const value = field.value === undefined ? '' : tidyText(field.value);
  return {
    type: 'plain_text_input' as const,
    action_id: field.name,
    multiline: field.isLong,
    max_length: maxChars,
    ...(value === '' ? {} : { initial_value: shownText(value, maxChars) }),
  };
}

function select(field: FormField & { kind: 'choice' }) {
  const options = field.choices
    .filter(({ value }) => value !== '' && value.length <= LIMITS.value)
    .slice(0, LIMITS.options)
    .map(({ value, label }) => ({ text: plainText(label, LIMITS.option), value }));
  const initial = options.find(({ value }) => value === field.value);
  return {
    type: 'static_select' as const,
    action_id: field.name,
    options,
    ...(initial ? { initial_option: initial } : {}),
  };
}
