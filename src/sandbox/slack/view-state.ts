import { SandboxError } from '../sandbox-error.ts';
import { type BlockJson, elementsOf } from './blocks/validate-blocks.ts';

export type StateValues = Record<string, Record<string, Record<string, unknown>>>;

/**
 * The state of the elements of a view or message, as Slack sends it: `{block_id: {action_id: {type, value}}}`.
 *
 * @param values what the person put in, by block id or action id; what is missing keeps its initial value
 * @param isSubmitted required fields have to be filled
 * @throws SandboxError for what Slack's client would not let a person send
 */
export function readState(
  blocks: readonly BlockJson[],
  values: Readonly<Record<string, string>>,
  isSubmitted = false,
): StateValues {
  const state: StateValues = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const given = values[String(block.block_id)] ?? values[String(element.action_id)];
      const value = readElement(element, given);
      if (value === null) continue;
      const isEmpty = Object.entries(value).every(
        ([key, one]) => key === 'type' || one === null || one === '',
      );
      if (isSubmitted && block.optional !== true && isEmpty) {
        throw new SandboxError('bad-value', `Please complete this required field: ${labelOf(block)}.`);
      }
      state[String(block.block_id)] = {
        ...state[String(block.block_id)],
        [String(element.action_id)]: value,
      };
    }
  }
  return state;
}

/** As `readState`, where every required field has to be filled. */
export function readSubmission(
  blocks: readonly BlockJson[],
  values: Readonly<Record<string, string>>,
): StateValues {
  const names = new Set(
    blocks.flatMap(block => [String(block.block_id), ...elementsOf(block).map(one => String(one.action_id))]),
  );
  for (const name of Object.keys(values)) {
    if (!names.has(name)) throw new SandboxError('unknown', `The form has no field ${name}.`);
  }
  return readState(
    blocks.filter(block => block.type === 'input'),
    values,
    true,
  );
}

function readElement(element: BlockJson, given: string | undefined): Record<string, unknown> | null {
  const { type } = element;
  switch (type) {
    case 'plain_text_input': {
      const value = given ?? (element.initial_value as string | undefined) ?? null;
      const max = Number(element.max_length ?? 3000);
      if (value !== null && value.length > max) {
        throw new SandboxError(
          'bad-value',
          `At most ${max} characters can be typed here, not ${value.length}.`,
        );
      }
      return { type, value };
    }
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return {
        type,
        selected_option: given === undefined ? (element.initial_option ?? null) : findOption(element, given),
      };
    case 'checkboxes':
      return {
        type,
        selected_options:
          given === undefined
            ? (element.initial_options ?? [])
            : given
                .split(',')
                .filter(Boolean)
                .map(one => findOption(element, one)),
      };
    case 'users_select':
      return { type, selected_user: given ?? element.initial_user ?? null };
    case 'channels_select':
      return { type, selected_channel: given ?? element.initial_channel ?? null };
    case 'conversations_select':
      return { type, selected_conversation: given ?? element.initial_conversation ?? null };
    default:
      return null;
  }
}

function findOption(element: BlockJson, value: string): unknown {
  const groups = (element.option_groups ?? [{ options: element.options }]) as {
    options: { value: string }[];
  }[];
  const found = groups.flatMap(group => group.options).find(option => option.value === value);
  if (found === undefined) throw new SandboxError('bad-value', `${value} is none of the choices.`);
  return found;
}

function labelOf(block: BlockJson): string {
  return String((block.label as { text?: unknown } | undefined)?.text ?? block.block_id);
}
