import {
  type APIComponentInLabel,
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import { cutAtWordEnd } from '../../inference/cut-text.ts';
import type { Form, FormField } from '../commands/reply.ts';
import { customIdOf } from './custom-id.ts';
import { cleanLine } from './escape-text.ts';
import {
  MAX_FIELD_HINT,
  MAX_FIELD_LABEL,
  MAX_MODAL_TITLE,
  MAX_OPTION_TEXT,
  MAX_SELECT_OPTIONS,
  MAX_TEXT_INPUT,
} from './limits.ts';

/** A form as a modal: each field within a label, which is what screen readers say for it. */
export function renderForm(form: Form): APIModalInteractionResponseCallbackData {
  return {
    custom_id: customIdOf(form),
    title: cutAtWordEnd(cleanLine(form.title), MAX_MODAL_TITLE),
    components: form.fields.map(field => ({
      type: ComponentType.Label,
      label: cutAtWordEnd(cleanLine(field.label), MAX_FIELD_LABEL),
      ...(field.hint && { description: cutAtWordEnd(cleanLine(field.hint), MAX_FIELD_HINT) }),
      component: renderField(field),
    })),
  };
}

function renderField(field: FormField): APIComponentInLabel {
  if (field.kind === 'text') {
    const maxChars = Math.min(field.maxChars, MAX_TEXT_INPUT);
    return {
      type: ComponentType.TextInput,
      custom_id: field.name,
      style: field.isLong ? TextInputStyle.Paragraph : TextInputStyle.Short,
      max_length: maxChars,
      required: field.isRequired,
      ...(field.value && { value: field.value.slice(0, maxChars) }),
    };
  }
  return {
    type: ComponentType.StringSelect,
    custom_id: field.name,
    required: field.isRequired,
    min_values: field.isRequired ? 1 : 0,
    options: field.choices.slice(0, MAX_SELECT_OPTIONS).map(({ value, label }) => ({
      value,
      label: cutAtWordEnd(cleanLine(label), MAX_OPTION_TEXT),
      ...(value === field.value && { default: true }),
    })),
  };
}
