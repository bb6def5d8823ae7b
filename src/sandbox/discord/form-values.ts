import { SandboxError } from '../sandbox-error.ts';
import { COMPONENT } from './component-schema.ts';
import type { Modal, ModalField } from './modal-schema.ts';
import type { Json } from './render.ts';

/** @throws SandboxError for a value that the form would not let through */
export function checkField(field: ModalField, value: string): void {
  if (field.type === COMPONENT.stringSelect) {
    const isMissing = value === '' && field.required !== false;
    const isUnknown = value !== '' && !field.options.some(option => option.value === value);
    if (isMissing || isUnknown) throw new SandboxError('bad-value', `"${value}" is not one of the choices.`);
    return;
  }
  const length = [...value].length;
  if (length === 0) {
    if (field.required !== false) throw new SandboxError('bad-value', 'A required field is empty.');
    return;
  }
  if (length < (field.min_length ?? 0) || length > (field.max_length ?? 4000)) {
    throw new SandboxError('bad-value', `A field takes at most ${field.max_length ?? 4000} characters.`);
  }
}

/** The `data` of a modal submit: the form's components with what was filled in. */
export function renderSubmit(form: Modal, values: Readonly<Record<string, string>>): Json {
  let id = 1;
  const renderField = (field: ModalField): Json => {
    const value = values[field.custom_id] ?? '';
    const common = { type: field.type, id: id++, custom_id: field.custom_id };
    return field.type === COMPONENT.stringSelect
      ? { ...common, values: value === '' ? [] : [value] }
      : { ...common, value };
  };
  const components = form.components.map((component): Json => {
    const own = { type: component.type, id: id++ };
    if (component.type === COMPONENT.label) return { ...own, component: renderField(component.component) };
    if (component.type === COMPONENT.actionRow)
      return { ...own, components: component.components.map(renderField) };
    return own;
  });
  return { custom_id: form.custom_id, components };
}
