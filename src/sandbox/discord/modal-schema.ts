import { z } from 'zod';
import { COMPONENT, checkCustomIds, stringSelect, walkComponents } from './component-schema.ts';
import { refuse, text } from './form-types.ts';

const MAX_MODAL_COMPONENTS = 5;
const MAX_INPUT = 4000;

const textInput = z
  .strictObject({
    type: z.literal(COMPONENT.textInput),
    id: z.int().min(0).nullish(),
    custom_id: text(1, 100),
    style: z.int().min(1).max(2),
    label: text(1, 45).nullish(),
    min_length: z.int().min(0).max(MAX_INPUT).nullish(),
    max_length: z.int().min(1).max(MAX_INPUT).nullish(),
    required: z.boolean().nullish(),
    value: text(0, MAX_INPUT).nullish(),
    placeholder: text(0, 100).nullish(),
  })
  .superRefine((value, context) => {
    const max = value.max_length ?? MAX_INPUT;
    if ((value.min_length ?? 0) > max) {
      refuse(context, 'NUMBER_TYPE_MAX', `Value must be less than or equal to ${max}.`, ['min_length']);
    }
    if ([...(value.value ?? '')].length > max) {
      refuse(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`, ['value']);
    }
  });

const label = z
  .strictObject({
    type: z.literal(COMPONENT.label),
    id: z.int().min(0).nullish(),
    label: text(1, 45),
    description: text(1, 100).nullish(),
    component: z.discriminatedUnion('type', [textInput, stringSelect]),
  })
  .superRefine((value, context) => {
    if (value.component.type === COMPONENT.textInput && value.component.label) {
      refuse(context, 'BASE_TYPE_INVALID', 'A text input in a label has no label of its own', [
        'component',
        'label',
      ]);
    }
  });

/** A row of the older kind: one text input, which carries its own label. */
const row = z
  .strictObject({
    type: z.literal(COMPONENT.actionRow),
    id: z.int().min(0).nullish(),
    components: z.array(textInput).min(1).max(1),
  })
  .superRefine((value, context) => {
    if (!value.components[0]?.label) {
      refuse(context, 'BASE_TYPE_REQUIRED', 'This field is required', ['components', 0, 'label']);
    }
  });

const textDisplay = z.strictObject({
  type: z.literal(COMPONENT.textDisplay),
  id: z.int().min(0).nullish(),
  content: text(1, MAX_INPUT),
});

/** What opens a modal (interaction callback type 9). */
export const modal = z
  .strictObject({
    custom_id: text(1, 100),
    title: text(1, 45),
    components: z
      .array(z.discriminatedUnion('type', [label, row, textDisplay]))
      .min(1)
      .max(MAX_MODAL_COMPONENTS),
  })
  .superRefine((value, context) => checkCustomIds(walkComponents(value.components), context));
export type Modal = z.infer<typeof modal>;
export type ModalField = z.infer<typeof textInput> | z.infer<typeof stringSelect>;

/** The fields of a modal that a person fills in. */
export function fieldsOf(form: Modal): ModalField[] {
  return form.components.flatMap((component): ModalField[] => {
    if (component.type === COMPONENT.label) return [component.component];
    return component.type === COMPONENT.actionRow ? component.components : [];
  });
}
